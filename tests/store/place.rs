//! A server that keeps sessions, whichever it is.

use std::sync::Arc;

use gingersnap::store::{Store, open};

use super::servers::{self, Mortal};

/// A server that keeps sessions.
pub(crate) trait Place: Mortal + Sized {
    fn empty() -> Option<Self>;

    fn own_port(&self) -> u16;

    /// The URL of its store, by way of a port.
    fn url_at(&self, port: u16) -> String;

    /// One that has all that this one has, a little later.
    fn standby(&self) -> Self;

    /// Waits until a standby has all that was answered so far, and has it receive no more.
    fn cut_off(&self, standby: &Self);

    fn promote(&self);

    /// A node's handle.
    fn store(&self) -> Arc<dyn Store> {
        open(&self.url_at(self.own_port())).unwrap()
    }
}

#[cfg(feature = "postgres")]
impl Place for servers::Postgres {
    fn empty() -> Option<Self> {
        Self::start()
    }

    fn own_port(&self) -> u16 {
        self.port()
    }

    fn url_at(&self, port: u16) -> String {
        format!("postgres://admin:{}@127.0.0.1:{port}/postgres", Self::PASSWORD)
    }

    fn standby(&self) -> Self {
        self.standby()
    }

    fn cut_off(&self, standby: &Self) {
        self.cut_off(standby);
    }

    fn promote(&self) {
        self.promote();
    }
}

#[cfg(feature = "redis")]
impl Place for servers::Redis {
    fn empty() -> Option<Self> {
        Self::start()
    }

    fn own_port(&self) -> u16 {
        self.port()
    }

    fn url_at(&self, port: u16) -> String {
        format!("redis://:{}@127.0.0.1:{port}#shop", Self::PASSWORD)
    }

    fn standby(&self) -> Self {
        self.standby()
    }

    fn cut_off(&self, standby: &Self) {
        self.cut_off(standby);
    }

    fn promote(&self) {
        self.promote();
    }
}

/// A module of tests for each server: functions that take one, of a module of this crate.
macro_rules! on_each_server {
    ($($module:ident)::+: $($test:ident)+) => {
        #[cfg(feature = "postgres")]
        mod postgres {
            $crate::place::on_each_server! { @ Postgres [$($module)::+] $($test)+ }
        }

        #[cfg(feature = "redis")]
        mod redis {
            $crate::place::on_each_server! { @ Redis [$($module)::+] $($test)+ }
        }
    };
    (@ $place:ident $module:tt $($test:ident)+) => {
        $( $crate::place::on_each_server! { @ $place $module: $test } )+
    };
    (@ $place:ident [$($module:ident)::+]: $test:ident) => {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                if let Some(mut place) = <$crate::servers::$place as $crate::place::Place>::empty() {
                    $crate::$($module)::+::$test(&mut place).await;
                }
            }
    };
}
pub(crate) use on_each_server;
