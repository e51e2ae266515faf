//! `gingersnap sessions end-subject` and `erase`.

use std::io::Write;
use std::sync::Arc;

use gingersnap::store::{Applied, Op, Store};

use super::DONE;
use super::list::{OTHERS, table};
use super::person::Person;
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
        let said = self.preview(store, person, out).await;
        said.and_then(|()| if yes { Ok(()) } else { confirm::ask(out) }).map_err(Error::before_change)?;
        // What was sealed before it may live for so long, by a clock that is a minute behind.
        let (id, lifetime) = (person.id, person.longest() + 120);
        let operation = match self {
            Self::End => Op::CutOff { person: id, lifetime },
            Self::Erase => Op::Erase { person: id, lifetime },
        };
        match store.apply(&[operation]).await?.0 {
            Applied::Done => Ok(writeln!(out, "done: {DONE}")?),
            Applied::Conflict(_) => Err(Error::refused(format!(
                "{} was signed out everywhere dozens of times within seconds: nothing was changed",
                person.subject
            ))
            .with_hint("try again in half a minute")),
        }
    }

    async fn preview(
        self,
        store: &Arc<dyn Store>,
        person: &Person,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let all = person.sign_ins(store).await?;
        let subject = &person.subject;
        match all.len() {
            0 => writeln!(out, "{store} has no sign-in of {subject}")?,
            1 => writeln!(out, "{store} has 1 sign-in of {subject}:")?,
            some => writeln!(out, "{store} has {some} sign-ins of {subject}:")?,
        }
        if all.is_empty() {
            writeln!(out, "note: {OTHERS}")?;
        } else {
            table(&all, out)?;
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
