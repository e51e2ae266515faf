//! The words in which a failing story is told.

use std::fmt::{Display, Formatter, Result};

use crate::facts::START;
use crate::flight::Came;
use crate::site::{Op, Saw};
use crate::step::Fate;

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let with_item = |add: &bool| if *add { "put an item into the cart and " } else { "" };
        match self {
            Self::Read | Self::Look => f.write_str("look"),
            Self::Poll => f.write_str("look, with nobody there"),
            Self::Add => f.write_str("put an item into the cart"),
            Self::SignIn { subject, remember, add } => {
                write!(f, "{}sign {subject} in", with_item(add))?;
                remember.map_or(Ok(()), |seconds| write!(f, " for {seconds} s"))
            }
            Self::Renew => f.write_str("renew"),
            Self::Reauthenticate => f.write_str("authenticate again"),
            Self::SignOut { add } => write!(f, "{}sign out", with_item(add)),
            Self::Push => f.write_str("leave a message"),
            Self::Show => f.write_str("show the messages"),
            Self::Keep => f.write_str("look, and keep the handles"),
            Self::MixUp => f.write_str("look, and get the other browser's identity"),
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
        let Self { who, times, cart, messages, ended } = self;
        f.write_str(who.as_deref().unwrap_or("nobody"))?;
        if let Some((started, authenticated, expires)) = times {
            write!(f, " since {} s, authenticated at {} s", started - START, authenticated - START)?;
            expires.map_or(Ok(()), |at| write!(f, ", until {} s", at - START))?;
        }
        write!(f, ", cart {cart:?}, messages {messages:?}")?;
        f.write_str(if *ended { ", the cart's owner is gone" } else { "" })
    }
}

impl Display for Came {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}: {}; {}", self.status, self.saw, self.names().join(" "))
    }
}
