//! Building a layer: settings that cannot work are refused.

use std::sync::Arc;

use super::SessionLayer;
use super::build_error::BuildError;
use super::builder::SessionLayerBuilder;
use super::registration::Registration;
use crate::Timestamp;
use crate::cookie::{Budget, Cookie, CookieSettings};
use crate::session::{CookieUse, DataUse, Former, Place, Settings};
use crate::shape::NotCarried;
use crate::sign_ins::Register;
use crate::token::{Aad, Kind, Sealed};

impl SessionLayerBuilder {
    /// The layer.
    ///
    /// # Errors
    /// [`BuildError`] for settings that cannot work, each with its reason.
    pub fn build(mut self) -> Result<SessionLayer, BuildError> {
        if let Some(error) = self.refused.take() {
            return Err(error);
        }
        if self.audience.is_empty() {
            return Err(BuildError::NoAudience);
        }
        self.check_policy()?;
        self.check_sessions()?;
        self.check_places()?;
        let data = self.sessions.iter().map(|it| self.data(it));
        let data = data.collect::<Result<Vec<DataUse>, BuildError>>()?;
        let own = |kind, name| self.cookie(kind, "", name, None, None);
        let identity = own(Kind::Identity, IDENTITY)?;
        let activity = own(Kind::Activity, ACTIVITY)?;
        let flash = own(Kind::Flash, FLASH)?;
        let of_data = data.iter().flat_map(|it| [Some(&it.guest), it.own.as_ref()]).flatten();
        let budget = self.budget_for(of_data.chain([&identity, &activity, &flash]))?;
        let settings = Settings {
            identity,
            activity,
            flash,
            was_renamed: self.former_cookies.is_some() || self.sessions.iter().any(|it| it.former.is_some()),
            data,
            budget,
            request_octets: self.request_budget,
            response_octets: self.response_budget,
            keyring: self.keyring,
            register: self.store.clone().map(|store| Arc::new(Register::new(store))),
            grace: self.grace,
            store: self.store,
            record_limit: self.record_limit,
            audience: self.audience,
            name: self.name,
            policy: self.policy,
            padding: self.padding,
            clock: self.clock,
            entropy: self.entropy,
            observer: self.observer,
        };
        Ok(SessionLayer { settings: Arc::new(settings) })
    }

    fn check_policy(&self) -> Result<(), BuildError> {
        let (absolute, longest) = (self.policy.longest(), self.keyring.get().longest_session());
        if self.policy.absolute() == 0 || absolute > longest {
            return Err(BuildError::BadPolicy { absolute, longest });
        }
        if self.policy.lacks_remember_for() {
            return Err(BuildError::RemembersNobody);
        }
        for remembered in [false, true] {
            let Some(idle) = self.policy.idle_of(remembered) else { continue };
            let renew_after = self.policy.renew_after_of(remembered);
            if idle == 0 || renew_after >= idle {
                return Err(BuildError::BadIdleTimeout { idle, renew_after });
            }
        }
        let is_bad = |it: &&Registration| it.lasting.is_some_and(|seconds| seconds == 0 || seconds > longest);
        match self.sessions.iter().find(is_bad) {
            Some(it) => Err(BuildError::BadLifetime {
                name: it.name.clone(),
                seconds: it.lasting.unwrap_or_default(),
                longest,
            }),
            None => Ok(()),
        }
    }

    fn check_sessions(&mut self) -> Result<(), BuildError> {
        for (index, it) in self.sessions.iter().enumerate() {
            let earlier = self.sessions.iter().take(index);
            let is_taken = |name: &String| {
                RESERVED.contains(&name.as_str()) || earlier.clone().any(|other| other.names().contains(name))
            };
            if let Some(name) = it.names().into_iter().find(is_taken) {
                return Err(BuildError::NameTaken(name));
            }
            if earlier.clone().any(|other| other.type_id == it.type_id) {
                return Err(BuildError::TypeTwice(it.type_name));
            }
            if it.tag.is_empty() || earlier.clone().any(|other| other.tag == it.tag) {
                return Err(BuildError::TagTaken { type_name: it.type_name, tag: it.tag });
            }
        }
        for it in &mut self.sessions {
            let whole = (it.check)();
            let whole =
                whole.map_err(|NotCarried { field, reason }| BuildError::NotCarried { field, reason })?;
            it.is_certain |= whole;
        }
        Ok(())
    }

    fn check_places(&self) -> Result<(), BuildError> {
        if !(1..=MAX_RECORD_LIMIT).contains(&self.record_limit) {
            return Err(BuildError::BadRecordLimit(self.record_limit));
        }
        let needs_store = |it: &&Registration| it.place.is_some_and(|place| place != Place::Cookie);
        match self.sessions.iter().find(needs_store).filter(|_| self.store.is_none()) {
            Some(it) => Err(BuildError::NoStore { name: it.name.clone() }),
            None => Ok(()),
        }
    }

    fn data(&self, it: &Registration) -> Result<DataUse, BuildError> {
        let kept_for = it.lasting.max(self.policy.remembered());
        let cookie = |name: &str, is_own| {
            self.cookie(Kind::Data, it.tag, name, it.former_name(is_own).as_ref(), kept_for)
        };
        let guest = cookie(&it.name, false)?;
        let own = it.own_name().map(|name| cookie(&name, true)).transpose()?;
        Ok(DataUse {
            type_id: it.type_id,
            tag: it.tag,
            place: it.place.unwrap_or(if self.store.is_some() {
                Place::CookieThenStore
            } else {
                Place::Cookie
            }),
            guest,
            own,
            lifetime: it.lasting.or((!it.is_browsers).then(|| self.policy.absolute())),
            version: it.version,
            gives_up_newer: it.gives_up_newer,
            print: (it.print)(),
            keeps_order: (it.keeps_order)(),
            is_certain: it.is_certain,
            merge: it.merge,
        })
    }

    fn cookie(
        &self,
        kind: Kind,
        tag: &str,
        name: &str,
        former_name: Option<&(String, Timestamp)>,
        kept_for: Option<u64>,
    ) -> Result<Arc<CookieUse>, BuildError> {
        let made = |name: &str, settings: &CookieSettings| {
            let full = if self.name.is_empty() { name.into() } else { format!("{}-{name}", self.name) };
            let cookie = Cookie::new(&full, settings).map_err(BuildError::Cookie)?.lasting(kept_for);
            let aad =
                Aad::new(kind, tag, cookie.name(), &self.audience, "").ok_or(BuildError::PartTooLong)?;
            Ok(CookieUse { cookie, aad, former: None })
        };
        let until = former_name.map(|(_, until)| *until);
        let until = until.max(self.former_cookies.as_ref().map(|(_, until)| *until));
        let former = until.map(|until| {
            let name = former_name.map_or(name, |(name, _)| name);
            let settings = self.former_cookies.as_ref().map_or(&self.cookies, |(settings, _)| settings);
            Ok(Box::new(Former { to: Arc::new(made(name, settings)?), until }))
        });
        let (former, cookie) = (former.transpose()?, made(name, &self.cookies)?);
        // A name that did not change is not a former name.
        let former = former.filter(|former| former.to.name() != cookie.name());
        Ok(Arc::new(CookieUse { former, ..cookie }))
    }

    /// The budget, if an empty token fits under each name.
    fn budget_for<'c>(
        &self,
        cookies: impl Iterator<Item = &'c Arc<CookieUse>>,
    ) -> Result<Budget, BuildError> {
        let longest_name = cookies.map(|it| it.name().len()).max().unwrap_or_default();
        let (octets, needed) = (self.budget, longest_name + Sealed::unpadded_len(0));
        let budget = Budget::new(octets).filter(|it| it.octets() >= needed);
        budget.ok_or(BuildError::BadBudget { octets, needed })
    }
}

/// The most bytes of a session's data in a store.
const MAX_RECORD_LIMIT: usize = 1_048_576;
const IDENTITY: &str = "id";
const ACTIVITY: &str = "seen";
const FLASH: &str = "flash";
const RESERVED: [&str; 3] = [IDENTITY, ACTIVITY, FLASH];
