//! `gingersnap sessions end-subject` and `erase`.

use std::io::Write;
use std::sync::Arc;

use gingersnap::SignIn;
use gingersnap::store::Store;

use super::DONE;
use super::list::{OTHERS, table};
use super::person::{Person, failed};
use crate::confirm;
use crate::error::Error;

#[derive(Clone, Copy)]
pub(super) enum Verb {
    End,
    Erase,
}

impl Verb {
    /// Says what it will do, asks, and does it.
    pub(super) async fn run(
        self,
        store: &Arc<dyn Store>,
        person: &Person,
        yes: bool,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let revoker = person.revoker(store)?;
        let all = revoker.sign_ins(&person.subject).await.map_err(|error| failed(error).before_change())?;
        let said = self.preview(store, &person.subject, &all, out);
        said.and_then(|()| if yes { Ok(()) } else { confirm::ask(out) }).map_err(Error::before_change)?;
        let ended = match self {
            Self::End => revoker.person(&person.subject).await,
            Self::Erase => revoker.erase(&person.subject).await,
        };
        ended.map_err(failed)?;
        if all.is_empty() {
            // It may be meant: sign-ins from before the store are in no list.
            return Err(Error::refused(format!("recorded, but nobody was found: {DONE}"))
                .with_hint("look at --audience, --layer and --keys: the application has the same"));
        }
        Ok(writeln!(out, "done: {DONE}")?)
    }

    fn preview(
        self,
        store: &Arc<dyn Store>,
        subject: &str,
        all: &[SignIn],
        out: &mut impl Write,
    ) -> Result<(), Error> {
        match all.len() {
            0 => writeln!(out, "{store} has no sign-in of {subject}")?,
            1 => writeln!(out, "{store} has 1 sign-in of {subject}:")?,
            some => writeln!(out, "{store} has {some} sign-ins of {subject}:")?,
        }
        if all.is_empty() {
            writeln!(out, "note: {OTHERS}")?;
        } else {
            table(all, out)?;
        }
        writeln!(out, "this signs {subject} out everywhere, where no list shows it too")?;
        match self {
            Self::End => writeln!(out, "what is kept of {subject} stays, for the next sign-in")?,
            Self::Erase => writeln!(
                out,
                "what the store keeps of {subject} is removed, sessions and sign-ins; what is in cookies stays in their browser"
            )?,
        }
        Ok(())
    }
}
