//! The words in which a failing story is told.

use std::fmt::{Display, Formatter, Result};

use crate::facts::START;
use crate::flight::Came;
use crate::site::{Deed, Op, Saw, Script};
use crate::step::Fate;

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Read | Self::Look => f.write_str("look"),
            Self::Poll => f.write_str("look, with nobody there"),
            Self::Do(script) => script.fmt(f),
            Self::Keep => f.write_str("look, and keep the handles"),
            Self::MixUp => f.write_str("look, and get the other browser's identity"),
        }
    }
}

impl Display for Script {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (index, deed) in self.deeds.iter().flatten().enumerate() {
            write!(f, "{}{deed}", if index == 0 { "" } else { ", then " })?;
        }
        f.write_str(if self.has_cart() && self.holds { ", with one handle" } else { "" })
    }
}

impl Display for Deed {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Add => f.write_str("put an item into the cart"),
            Self::Try => f.write_str("try to put an item into the cart"),
            Self::Stuff => f.write_str("put more into the cart than fits"),
            Self::Save => f.write_str("save the cart"),
            Self::Destroy => f.write_str("destroy the cart"),
            Self::SignIn { subject, remember } => {
                write!(f, "sign {subject} in")?;
                remember.map_or(Ok(()), |seconds| write!(f, " for {seconds} s"))
            }
            Self::SignOut => f.write_str("sign out"),
            Self::Renew => f.write_str("renew"),
            Self::Reauthenticate => f.write_str("authenticate again"),
            Self::Push => f.write_str("leave a message"),
            Self::Show => f.write_str("show the messages"),
        }
    }
}

impl Display for Fate {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::AtOnce => "",
            Self::Late => ", comes late",
            Self::Held => ", held in its handler",
            Self::Lost => ", lost",
        })
    }
}

impl Display for Saw {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { who, times, cart, messages, told } = self;
        f.write_str(who.as_deref().unwrap_or("nobody"))?;
        if let Some((started, authenticated, expires)) = times {
            write!(f, " since {} s, authenticated at {} s", started - START, authenticated - START)?;
            expires.map_or(Ok(()), |at| write!(f, ", until {} s", at - START))?;
        }
        write!(f, ", cart {cart:?}, messages {messages:?}, told {told:?}")
    }
}

impl Display for Came {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}: {}; {}", self.status, self.saw, self.names().join(" "))
    }
}
