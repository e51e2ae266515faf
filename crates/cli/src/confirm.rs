//! Confirmation of what cannot be taken back.

use std::io::{self, IsTerminal, Write};
use std::process;
use std::sync::mpsc::{self, RecvError, Sender};
use std::thread;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;

use crate::error::{Error, INTERRUPTED};
use crate::runtime;

/// Goes on only if somebody types yes. Whatever else comes, Ctrl-C too, is told to have changed nothing.
pub(crate) fn ask(out: &mut impl Write) -> Result<(), Error> {
    if !io::stdin().is_terminal() {
        return Err(Error::usage("not a terminal: cannot ask for confirmation: nothing was changed")
            .with_hint("--yes confirms it"));
    }
    let (tell, told) = mpsc::channel();
    thread::spawn(move || listen(&tell));
    let ended = |_: RecvError| Error::io("cannot wait for an answer");
    // Ctrl-C is caught before anybody can see the question.
    told.recv().map_err(ended)?;
    write!(out, "Type yes to do it: ")?;
    out.flush()?;
    let Event::Typed(answer) = told.recv().map_err(ended)? else {
        writeln!(out)?;
        return Err(Error::interrupted("interrupted: nothing was changed"));
    };
    let answer = answer.map_err(|error| Error::unread(&error))?;
    if answer.trim() == "yes" {
        return Ok(());
    }
    // Ctrl-D leaves the cursor behind the question.
    if !answer.ends_with('\n') {
        writeln!(out)?;
    }
    Err(Error::refused("not confirmed: nothing was changed").with_hint("only yes confirms it"))
}

/// What happens while somebody is asked.
enum Event {
    Asking,
    Typed(io::Result<String>),
    Interrupted,
}

/// Tells of an answer, or of Ctrl-C if that comes first.
fn listen(tell: &Sender<Event>) {
    let Ok(runtime) = runtime::new() else { return };
    runtime.block_on(async {
        let Ok(mut interrupts) = signal(SignalKind::interrupt()) else { return };
        if tell.send(Event::Asking).is_err() {
            return;
        }
        let event = tokio::select! {
            typed = spawn_blocking(read) => typed.map_or(Event::Interrupted, Event::Typed),
            _ = interrupts.recv() => Event::Interrupted,
        };
        // Whoever asked is gone at worst.
        drop(tell.send(event));
        // Once caught it is caught for good: behind the question it ends the command as it did before.
        interrupts.recv().await;
        process::exit(INTERRUPTED.into());
    });
}

fn read() -> io::Result<String> {
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map(|_| answer)
}
