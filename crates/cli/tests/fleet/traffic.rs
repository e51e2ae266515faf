//! Steady traffic: browsers that ask all the time, each request at any node.
//!
//! A status or a page that is not as it must be ends the client, and with it the test: no error is forgiven.

use std::{
    array,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, Scope},
    time::Duration,
};

use crate::{
    fleet::{Fleet, random},
    people::Person,
    until,
};

/// The traffic: requests of several clients, and the number of those that were answered.
pub(crate) struct Traffic<'f> {
    fleet: &'f Fleet<'f>,
    over: AtomicBool,
    /// Rounds of each client.
    rounds: [AtomicUsize; CLIENTS.len()],
    /// People who signed in once, and have the same cookies for ever.
    lasting: Mutex<Vec<Person>>,
}

/// The work of a client in a round.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Client {
    Reads,
    Writes,
    ComesAndGoes,
}

impl Client {
    /// Requests in a round.
    const fn requests(self) -> usize {
        match self {
            Self::Reads | Self::Writes => 2,
            Self::ComesAndGoes => 7,
        }
    }
}

const CLIENTS: [Client; 5] =
    [Client::Reads, Client::Reads, Client::Writes, Client::Writes, Client::ComesAndGoes];

impl<'f> Traffic<'f> {
    /// A few people who were there from the beginning.
    pub(crate) fn new(fleet: &'f Fleet<'f>) -> Self {
        let (over, rounds) = (AtomicBool::new(false), array::from_fn(|_| AtomicUsize::new(0)));
        let traffic = Self { fleet, over, rounds, lasting: Mutex::default() };
        (0..3).for_each(|n| traffic.join(&format!("first{n}@example.com")));
        traffic
    }

    /// Starts the clients. They end when the guard is dropped, in whatever way.
    pub(crate) fn start<'s>(&'s self, scope: &'s Scope<'s, '_>) -> End<'s> {
        for (n, client) in CLIENTS.into_iter().enumerate() {
            scope.spawn(move || {
                let _end = End(&self.over);
                let mut person = Person::signed_in(&format!("client{n}@example.com"), || self.fleet.any());
                while !self.over.load(Ordering::Relaxed) {
                    let round = self.rounds[n].fetch_add(1, Ordering::Relaxed);
                    match client {
                        Client::Reads => self.read(),
                        Client::Writes => self.write(&mut person, round),
                        Client::ComesAndGoes => self.come_and_go(round),
                    }
                    thread::sleep(PAUSE);
                }
            });
        }
        End(&self.over)
    }

    /// Somebody signs in, and goes on with the same cookies from now on.
    #[track_caller]
    pub(crate) fn join(&self, email: &str) {
        let person = Person::signed_in(email, || self.fleet.any());
        self.lasting.lock().unwrap_or_else(PoisonError::into_inner).push(person);
    }

    /// Everybody who joined.
    pub(crate) fn lasting(&self) -> Vec<Person> {
        self.lasting.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until each client has done a whole round that began after this.
    #[track_caller]
    pub(crate) fn until_all_asked(&self) {
        let so_far = self.rounds.each_ref().map(|rounds| rounds.load(Ordering::Relaxed));
        until("everybody asks", || {
            assert!(!self.over.load(Ordering::Relaxed), "a client has failed");
            // One round is on its way, the next is whole, and the one after it has begun.
            self.rounds.iter().zip(so_far).all(|(rounds, then)| rounds.load(Ordering::Relaxed) >= then + 2)
        });
    }

    /// Requests that were answered as they must be. While clients run their last round counts already.
    pub(crate) fn answered(&self) -> [(Client, usize); CLIENTS.len()] {
        let requests =
            |n: usize| (CLIENTS[n], CLIENTS[n].requests() * self.rounds[n].load(Ordering::Relaxed));
        array::from_fn(requests)
    }

    /// One of those who joined looks at the shop and at their cookies; the cookies it sets are not kept.
    fn read(&self) {
        let mut person = {
            let lasting = self.lasting.lock().unwrap_or_else(PoisonError::into_inner);
            lasting[random() % lasting.len()].clone()
        };
        let cookies = person.cookies.clone();
        let page = person.get(&self.fleet.any(), "/session");
        page.says(&format!("title=\"{}\"", person.email));
        assert_eq!((page.status, page.fields("set-cookie")), (200, vec![]), "{}", person.email);
        person.is_known(&self.fleet.any());
        // Nothing new was needed but the count of visits.
        person.cookies.insert("__Host-visits".into(), cookies["__Host-visits"].clone());
        assert!(person.cookies == cookies, "other cookies for {}", person.email);
    }

    /// Puts an item into the cart at one node, and checks that it is there at another.
    fn write(&self, person: &mut Person, round: usize) {
        person.put(&self.fleet.any(), u16::try_from(1 + round % 99).expect("a quantity"));
        person.is_known(&self.fleet.any());
    }

    fn come_and_go(&self, round: usize) {
        let node = || self.fleet.any();
        let mut person = Person::signed_in(&format!("guest{round}@example.com"), node);
        person.put(&node(), 7);
        person.post(&node(), "/logout", "").leads_to("/");
        let page = person.get(&node(), "/");
        page.says("You are logged out on this browser.");
        page.says("href=\"/login\"");
        page.says("Nothing in it yet.");
    }
}

/// Ends the traffic when dropped.
pub(crate) struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Between two rounds: the tests run beside others on small machines.
const PAUSE: Duration = Duration::from_millis(40);
