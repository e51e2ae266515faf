//! The ends of sign-ins, kept current for the requests of a layer.

use std::sync::{Arc, Weak};

use super::settings::{Event, Settings};
use crate::Timestamp;
use crate::sign_ins::{News, Register, follow};

impl Settings {
    /// Starts a task that keeps the ends current, unless one runs.
    pub(crate) fn follow(this: &Arc<Self>, register: &Arc<Register>) {
        if register.is_followed() {
            return;
        }
        let (now, clock) = (this.clock.now(), Arc::downgrade(this));
        let observer = Weak::clone(&clock);
        follow(
            register,
            move || clock.upgrade().map_or(now, |settings| settings.clock.now()),
            move |news| observer.upgrade().iter().for_each(|settings| settings.tell(news.clone())),
        );
    }

    /// Pulls what is new, or waits for a pull that is under way.
    pub(crate) async fn refresh(&self, register: &Register, now: Timestamp) {
        register.refresh(now).await.into_iter().for_each(|news| self.tell(news));
    }

    /// Takes everything that the store was told until now. It does nothing before the first pull: the first request that needs
    /// one waits for all of it.
    pub(crate) async fn catch_up(&self) {
        if let Some(register) = self.register.as_ref().filter(|register| register.is_loaded()) {
            register.catch_up(self.clock.now()).await.into_iter().for_each(|news| self.tell(news));
        }
    }

    /// Reports each outage once: requests do not ask the store, and so would not report it.
    fn tell(&self, news: News) {
        match news {
            News::Lost(error) => self.store_failed(&error),
            News::Back => self.event(&Event::EndsKnown),
        }
    }
}
