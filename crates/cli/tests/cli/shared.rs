//! Rings that a fleet shares: PostgreSQL and Redis behind `--keys`.

use std::io::{BufRead as _, BufReader};
use std::process::Child;

use super::servers::{Postgres, Redis};
use super::*;

/// Makes a ring.
const INIT: &[&str] = &["keys", "init", "--plaintext"];
const LIST: [&str; 2] = ["keys", "list"];

#[test]
fn of_ten_inits_at_once_in_postgresql_one_is_done() {
    let Some(server) = Postgres::start() else { return };
    let place = Shared::new("init_postgres", server.database("inits"));
    place.ten_inits(&format!("postgres://127.0.0.1:{}/inits#default", server.port()));
}

#[test]
fn of_ten_inits_at_once_in_redis_one_is_done() {
    let Some(server) = Redis::start() else { return };
    let place = Shared::new("init_redis", server.url());
    place.ten_inits(&format!("redis://127.0.0.1:{}/0#default", server.port()));
}

#[test]
fn of_ten_inits_at_once_in_a_directory_one_is_done() {
    let place = Shared::new("init_file", "ring.json".into());
    place.ten_inits("ring.json");
}

#[test]
fn twenty_adds_at_once_in_postgresql_add_twenty_keys() {
    let Some(server) = Postgres::start() else { return };
    Shared::new("adds_postgres", server.database("adds")).twenty_adds();
}

#[test]
fn twenty_adds_at_once_in_redis_add_twenty_keys() {
    let Some(server) = Redis::start() else { return };
    Shared::new("adds_redis", format!("{}/3#shop", server.url())).twenty_adds();
}

#[test]
fn twenty_adds_at_once_in_a_file_add_twenty_keys() {
    Shared::new("adds_file", "file:ring.json".into()).twenty_adds();
}

#[test]
fn a_ring_that_is_not_there_is_made_by_nobody_but_init() {
    let Some(server) = Redis::start() else { return };
    let place = Shared::new("no_ring", server.url());
    let shown = format!("redis://127.0.0.1:{}/0#default", server.port());
    let expected = format!(
        "gingersnap: error: cannot read {shown}: there is no ring of this name\n\
         gingersnap: hint: `gingersnap keys init` makes one\n"
    );
    for args in [&["keys", "list"][..], &["keys", "rotate"], &["demo", "--listen", "127.0.0.1:0"]] {
        let output = place.command(args).output().unwrap();
        assert_eq!(
            (text(&output.stderr).as_str(), output.status.code()),
            (&expected[..], Some(2)),
            "{args:?}"
        );
    }
    assert_eq!(server.command(&["DBSIZE"]), "0");
}

#[test]
fn a_server_that_is_not_there_is_an_error_of_the_system() {
    let place = Place::empty("no_server");
    for (url, shown) in [
        ("postgres://u:hunter2@127.0.0.1:1/db", "postgres://127.0.0.1:1/db#default"),
        ("rediss://:hunter2@127.0.0.1:1/0#shop", "rediss://127.0.0.1:1/0#shop"),
    ] {
        let error = format!("gingersnap: error: cannot read {shown}: Connection refused (os error 111)\n");
        place.fails(&["keys", "list", "--keys", url], 3, &error);
    }
}

#[test]
fn an_unknown_scheme_is_refused_and_the_known_ones_are_hinted_at() {
    let place = Place::empty("scheme");
    let error = "gingersnap: error: --keys: unknown scheme mysql://\n\
                 gingersnap: hint: postgres://…, redis:// or rediss://…, or a file: PATH or file:PATH\n";
    place.fails(&["keys", "list", "--keys", "mysql://u:hunter2@db/x"], 2, error);
    place.fails(&["demo", "--keys", "mysql://u:hunter2@db/x"], 2, error);
    let output = place.command(&["keys", "list"]).env("GINGERSNAP_KEYS", "mysql://u:hunter2@db/x").output();
    assert_eq!(text(&output.unwrap().stderr), error);
    assert!(place.names().is_empty());
}

/// No password is shown, wherever the URL stands and whatever the command is.
#[test]
fn a_password_is_never_shown() {
    let place = Place::empty("password");
    let url = "postgres://u:hunter2@127.0.0.1:1/db?sslmode=disable";
    let wrong = "redis://:hunter2@127.0.0.1:1/x";
    for args in [
        &["--help"][..],
        &["keys", "--help"],
        &["keys", "list", "--help"],
        &["demo", "--help"],
        &["keys", "list"],
        INIT,
        &["keys", "list", "--keys", wrong],
        &["keys", "list", url],
        &["keys", url],
        &["token", "inspect", "--keys", url],
        &["demo"],
    ] {
        let output = place.command(args).env("GINGERSNAP_KEYS", url).output().unwrap();
        let shown = text(&output.stdout) + &text(&output.stderr);
        assert!(!shown.contains("hunter2") && !shown.is_empty(), "{args:?}: {shown}");
    }
}

#[test]
fn a_ring_in_a_database_is_shown_by_its_place() {
    let Some(server) = Postgres::start() else { return };
    let place = Shared::new("shown", format!("{}#shop", server.database("shown")));
    let made = place.command(INIT).output().unwrap();
    let shown = format!("made postgres://127.0.0.1:{}/shown#shop: ", server.port());
    assert!(text(&made.stdout).starts_with(&shown), "{}{}", text(&made.stdout), text(&made.stderr));
    assert_eq!(server.sql("shown", "SELECT name FROM gingersnap_rings"), "shop");
    let again = place.command(INIT).output().unwrap();
    assert_eq!(
        (text(&again.stderr), again.status.code()),
        (
            format!(
                "gingersnap: error: cannot create postgres://127.0.0.1:{}/shown#shop: it exists already\n\
                 gingersnap: hint: a ring is never replaced: `gingersnap keys rotate` changes its keys\n",
                server.port()
            ),
            Some(1)
        )
    );
}

/// A place for a ring that many commands work on.
struct Shared {
    directory: Place,
    keys: String,
}

impl Shared {
    fn new(test: &str, keys: String) -> Self {
        Self { directory: Place::empty(&format!("shared_{test}")), keys }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.directory.command(args);
        command.env("GINGERSNAP_KEYS", &self.keys);
        command
    }

    fn at_once(&self, number: usize, args: &[&str]) -> Vec<Output> {
        let children: Vec<Child> = (0..number).map(|_| self.command(args).spawn().unwrap()).collect();
        children.into_iter().map(|child| child.wait_with_output().unwrap()).collect()
    }

    fn list(&self) -> Value {
        let output = self.command(&["keys", "list", "--json"]).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Exactly one ring, one exit 0, nine exit 1 that say why.
    fn ten_inits(&self, shown: &str) {
        let refused = format!(
            "gingersnap: error: cannot create {shown}: it exists already\n\
             gingersnap: hint: a ring is never replaced: `gingersnap keys rotate` changes its keys\n"
        );
        let mut made = Vec::new();
        for output in self.at_once(10, INIT) {
            match output.status.code() {
                Some(0) => made.push(text(&output.stdout)),
                status => assert_eq!((status, text(&output.stderr)), (Some(1), refused.clone())),
            }
        }
        let [made] = &made[..] else { panic!("made: {made:?}") };
        let list = self.list();
        assert_eq!(list["generation"], 1);
        // The ring that is there is the one that was said to be made.
        let keys = list["keys"].as_array().unwrap();
        assert!(!keys.is_empty());
        for key in keys {
            let said = format!("fingerprint {}\n", key["fingerprint"].as_str().unwrap());
            assert!(made.contains(&said), "{made}{said}");
        }
    }

    fn twenty_adds(&self) {
        assert!(self.command(INIT).output().unwrap().status.success());
        for output in self.at_once(20, &["keys", "add"]) {
            assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)));
        }
        let list = self.list();
        assert_eq!((list["generation"].as_u64(), list["keys"].as_array().unwrap().len()), (Some(21), 22));
    }
}

/// The certificate of `localhost`, in a file, and its key.
fn certificate(place: &Place) -> (PathBuf, String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let path = place.0.join("roots.pem");
    fs::write(&path, made.cert.pem()).unwrap();
    (path, made.cert.pem(), made.signing_key.serialize_pem())
}

#[test]
fn rediss_is_tls_whose_certificate_is_checked() {
    let place = Place::empty("rediss");
    let (roots, certificate, key) = certificate(&place);
    let Some(server) = Redis::start_with_tls(&certificate, &key) else { return };
    let keys = |args: &[&str], url: &str, roots: &Path| {
        let mut command = place.command(args);
        command.env("GINGERSNAP_KEYS", url).env("SSL_CERT_FILE", roots).output().unwrap()
    };
    let made = keys(INIT, &server.tls_url(), &roots);
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(keys(&LIST, &server.tls_url(), &roots).status.success());
    // The server by another name, and with a certificate that nobody trusted has signed.
    let other_name = server.tls_url().replace("localhost", "127.0.0.1");
    let (stranger, ..) = self::certificate(&Place::empty("rediss_stranger"));
    for (url, roots, reason) in [
        (other_name, &roots, "certificate not valid for name"),
        (server.tls_url(), &stranger, "invalid peer certificate"),
    ] {
        let output = keys(&LIST, &url, roots);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3));
        assert!(stderr.contains(reason) && !stderr.contains("hunter2"), "{stderr}");
    }
}

#[test]
fn postgresql_is_asked_for_a_certificate_as_sslmode_says() {
    let place = Place::empty("postgres_tls");
    let (roots, certificate, key) = certificate(&place);
    let Some(server) = Postgres::start_with_tls(&certificate, &key) else { return };
    let url = server.database("tls");
    let here = url.replace("127.0.0.1", "localhost");
    let roots = roots.display();
    let keys = |args: &[&str], url: &str| {
        let mut command = place.command(args);
        command.env("GINGERSNAP_KEYS", url).output().unwrap()
    };
    let made = keys(INIT, &format!("{here}?sslmode=verify-full&sslrootcert={roots}"));
    assert!(made.status.success(), "{}", text(&made.stderr));
    for more in [format!("?sslmode=verify-ca&sslrootcert={roots}"), "?sslmode=require".into(), String::new()]
    {
        let listed = keys(&LIST, &format!("{url}{more}"));
        assert!(listed.status.success(), "{more}: {}", text(&listed.stderr));
    }
    for (more, reason) in [
        (format!("?sslmode=verify-full&sslrootcert={roots}"), "certificate not valid for name"),
        ("?sslmode=verify-ca".into(), "invalid peer certificate: UnknownIssuer"),
    ] {
        let output = keys(&LIST, &format!("{url}{more}"));
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3));
        assert!(stderr.contains(reason) && !stderr.contains("hunter2"), "{stderr}");
    }
}

#[test]
fn the_server_starts_on_a_ring_in_a_database() {
    let (postgres, redis) = (Postgres::start(), Redis::start());
    let urls = [postgres.as_ref().map(|server| server.database("serve")), redis.as_ref().map(Redis::url)];
    for (number, url) in urls.into_iter().flatten().enumerate() {
        let place = Shared::new(&format!("serve_{number}"), url);
        assert!(place.command(INIT).output().unwrap().status.success());
        let mut child = place.command(&["demo", "--plaintext", "--listen", "127.0.0.1:0"]).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(first.contains("http://127.0.0.1:"), "{first}{}", text(&output.stderr));
    }
}
