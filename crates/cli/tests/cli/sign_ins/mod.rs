//! `gingersnap sessions list`, `end`, `end-subject` and `erase`, beside a node that serves.

mod node;

use std::time::Duration;

use gingersnap::SignInKey;
use node::{Node, keys, plain};
use tokio::time::sleep;

use super::*;

async fn one_is_ended(test: &str, url: &str, shown: &str) {
    let place = Place::with_ring(test);
    let node = Node::new(&place, url, "shop");
    let store = ["--store", url];
    let list = |subject| {
        place.succeeds(&[&["sessions", "list", subject, "--audience", "shop"][..], &store].concat())
    };
    assert_eq!(
        list("ann"),
        format!(
            "{shown} has no sign-in of ann\n\
             note: with another audience, layer or ring than the application's, one looks for somebody else\n"
        )
    );
    let (first, second, bob) =
        (node.sign_in("ann").await, node.sign_in("ann").await, node.sign_in("bob").await);
    let row = "TIME TIME KEY Firefox\\u{202e} on Linux\n";
    assert_eq!(plain(&list("ann")), format!("started last seen key name\n{row}{row}"));
    let both = keys(&place, "ann", url);
    assert_eq!(both.len(), 2);
    // Which of them is whose, only the browser knows.
    let end = [&["sessions", "end", &both[0]][..], &store].concat();
    assert_eq!(
        plain(&place.succeeds(&end)),
        "ended the sign-in that started TIME and was last seen TIME: every node that reaches the store knows of \
         it within two seconds\n"
    );
    let left = keys(&place, "ann", url);
    assert_eq!(left, both[1..]);
    let ends = async |cookies: &str| {
        sleep(Duration::from_secs(2)).await;
        node.get("/", &mut cookies.to_owned()).await == "nobody"
    };
    assert!(ends(&first).await ^ ends(&second).await);
    node.is_in(&bob, "bob").await;
    let again = format!(
        "{shown} has no sign-in of this key that lives; should a cookie of it be about, every node that reaches the store knows \
         of it within two seconds\n"
    );
    assert_eq!(place.succeeds(&end), again);
    // It asks nothing, and takes what those take that do.
    assert_eq!(place.succeeds(&[&end[..], &["--yes"]].concat()), again);
    assert_eq!(keys(&place, "ann", url), left);
}

#[tokio::test]
async fn an_operator_sees_where_somebody_is_signed_in_and_ends_one_sign_in() {
    one_is_ended("sign_ins_sqlite", "sqlite:sessions.db", "sqlite:sessions.db#default").await;
}

#[cfg(all(feature = "postgres", feature = "redis"))]
#[tokio::test]
async fn a_sign_in_is_ended_in_postgres_and_redis_as_in_a_file() {
    if let Some(server) = servers::Postgres::start() {
        let (url, port) = (server.database("sessions"), server.port());
        one_is_ended("sign_ins_postgres", &url, &format!("postgres://127.0.0.1:{port}/sessions#default"))
            .await;
    }
    if let Some(server) = servers::Redis::start() {
        let shown = format!("redis://127.0.0.1:{}/0#default", server.port());
        one_is_ended("sign_ins_redis", &server.url(), &shown).await;
    }
}

/// As the log has it of a sign-out that did not reach the store.
#[tokio::test]
async fn the_key_of_a_renewed_sign_in_ends_what_it_goes_on_from_too() {
    let place = Place::with_ring("sign_ins_renewed");
    let url = "sqlite:sessions.db";
    let node = Node::new(&place, url, "shop");
    let before = node.sign_in("ann").await;
    let mut after = before.clone();
    node.get("/renew", &mut after).await;
    let (rows, _) = node.store.sign_ins(node.person("ann")).await.unwrap();
    let renewed = rows.iter().find(|row| row.id != row.first).unwrap();
    let key = SignInKey::new(node.person("ann"), renewed.id).to_string();
    assert!(
        place
            .succeeds(&["sessions", "end", &key, "--store", url])
            .starts_with("ended the sign-in that started ")
    );
    node.ends(&before).await;
    node.ends(&after).await;
    assert!(keys(&place, "ann", url).is_empty());
}

#[tokio::test]
async fn a_cookie_whose_row_the_store_lost_is_ended_by_its_key() {
    let place = Place::with_ring("sign_ins_lost");
    let url = "sqlite:sessions.db";
    let node = Node::new(&place, url, "shop");
    let cookies = node.sign_in("ann").await;
    let key = keys(&place, "ann", url).remove(0);
    let file = rusqlite::Connection::open(place.0.join("sessions.db")).unwrap();
    file.execute_batch("DELETE FROM gingersnap_sign_ins").unwrap();
    node.is_in(&cookies, "ann").await;
    place.succeeds(&["sessions", "end", &key, "--store", url]);
    node.ends(&cookies).await;
}

#[tokio::test]
async fn somebody_is_signed_out_everywhere_after_a_look_at_what_that_ends() {
    let place = Place::with_ring("sign_ins_subject");
    let url = "sqlite:sessions.db";
    let node = Node::new(&place, url, "shop");
    let (first, second, bob) =
        (node.sign_in("ann").await, node.sign_in("ann").await, node.sign_in("bob").await);
    let preview = "sqlite:sessions.db#default has 2 sign-ins of ann:\n\
         started last seen key name\n\
         TIME TIME KEY Firefox\\u{202e} on Linux\n\
         TIME TIME KEY Firefox\\u{202e} on Linux\n\
         this signs ann out everywhere, where no list shows it too\n";
    let stays = "what is kept of ann stays, for the next sign-in\n";
    let end = ["sessions", "end-subject", "ann", "--audience", "shop", "--store", url];
    let asked = place.run(&end);
    assert_eq!(plain(&text(&asked.stdout)), format!("{preview}{stays}"));
    assert_eq!(
        (asked.status.code(), text(&asked.stderr).as_str()),
        (
            Some(2),
            "gingersnap: error: not a terminal: cannot ask for confirmation: nothing was changed\ngingersnap: hint: --yes confirms it\n"
        )
    );
    // A look too late would find it.
    sleep(Duration::from_millis(1_500)).await;
    node.is_in(&first, "ann").await;
    let done = "done: every node that reaches the store knows of it within two seconds\n";
    let said = place.succeeds(&[&end[..], &["--yes"]].concat());
    assert_eq!(plain(&said), format!("{preview}{stays}{done}"));
    node.ends(&first).await;
    node.ends(&second).await;
    node.is_in(&bob, "bob").await;
    assert_eq!(records(&place), 3, "what is kept of them stays");
    node.is_in(&node.sign_in("ann").await, "ann").await;
}

#[tokio::test]
async fn who_is_erased_is_signed_in_nowhere_and_has_nothing_in_the_store() {
    let place = Place::with_ring("sign_ins_erase");
    let url = "sqlite:sessions.db";
    let node = Node::new(&place, url, "shop");
    let (ann, bob) = (node.sign_in("ann").await, node.sign_in("bob").await);
    assert_eq!(records(&place), 2);
    let said = place.succeeds(&["sessions", "erase", "ann", "--audience", "shop", "--store", url, "--yes"]);
    assert_eq!(
        plain(&said),
        "sqlite:sessions.db#default has 1 sign-in of ann:\n\
         started last seen key name\n\
         TIME TIME KEY Firefox\\u{202e} on Linux\n\
         this signs ann out everywhere, where no list shows it too\n\
         what the store keeps of ann is removed, sessions and sign-ins; what is in cookies stays in their browser\n\
         done: every node that reaches the store knows of it within two seconds\n"
    );
    node.ends(&ann).await;
    node.is_in(&bob, "bob").await;
    assert_eq!(records(&place), 1);
    assert!(keys(&place, "ann", url).is_empty());
}

#[tokio::test]
async fn ending_a_sign_in_goes_as_it_is_written() {
    let document = operations::document();
    let (_, section) = document.split_once("\n### Ending a sign-in\n").unwrap();
    let blocks = operations::blocks(section.split_once("\n### ").unwrap().0, "sh");
    let place = Place::with_ring("sign_ins_written");
    let node = Node::new(&place, "sqlite:sessions.db", "shop production");
    let ann = node.sign_in("ann@example.com").await;
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gingersnap"), place.0.join("gingersnap")).unwrap();
    let script =
        blocks.join("\n").replace("postgres://operator:secret@db.example/shop", "sqlite:sessions.db");
    let script = script.replace("/etc/gingersnap/keys.json", "gingersnap-keys.json");
    let path = format!("{}:{}", place.0.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh").args(["-c", &script]).current_dir(&place.0).env("PATH", path).output();
    let output = output.unwrap();
    let listed = "started last seen key name\nTIME TIME KEY Firefox\\u{202e} on Linux\n";
    let said = format!(
        "{listed}sqlite:sessions.db#default has 1 sign-in of ann@example.com:\n{listed}\
         this signs ann@example.com out everywhere, where no list shows it too\n\
         what is kept of ann@example.com stays, for the next sign-in\n\
         done: every node that reaches the store knows of it within two seconds\n"
    );
    assert_eq!((plain(&text(&output.stdout)), text(&output.stderr).as_str()), (said, ""));
    node.ends(&ann).await;
}

/// Rows of sessions in the file.
fn records(place: &Place) -> u32 {
    let file = rusqlite::Connection::open(place.0.join("sessions.db")).unwrap();
    file.query_row("SELECT count(*) FROM gingersnap_sessions", (), |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn another_audience_layer_or_ring_is_another_person() {
    let place = Place::with_ring("sign_ins_other");
    let url = "sqlite:sessions.db";
    let node = Node::new(&place, url, "shop");
    let ann = node.sign_in("ann").await;
    place.succeeds(&[&INIT[..], &["--keys", "other.json"]].concat());
    for args in [
        &["--audience", "staging"][..],
        &["--audience", "shop", "--layer", "staff"],
        &["--audience", "shop", "--keys", "other.json"],
    ] {
        let listed = place.succeeds(&[&["sessions", "list", "ann", "--store", url], args].concat());
        assert!(listed.contains(" has no sign-in of ann\nnote: "), "{args:?}: {listed}");
        for verb in ["end-subject", "erase"] {
            let output = place.run(&[&["sessions", verb, "ann", "--yes", "--store", url], args].concat());
            let said = text(&output.stdout);
            assert!(said.contains("\nnote: with another audience, ") && !said.contains("done"), "{said}");
            assert_eq!((text(&output.stderr).as_str(), output.status.code()), (NOBODY, Some(1)), "{args:?}");
        }
    }
    sleep(Duration::from_secs(2)).await;
    node.is_in(&ann, "ann").await;
    assert_eq!(keys(&place, "ann", url).len(), 1);
}

/// Their cookie is from before the store knew of them.
#[tokio::test]
async fn who_is_in_no_list_is_cut_off_all_the_same() {
    let place = Place::with_ring("sign_ins_unlisted");
    let url = "sqlite:sessions.db";
    let node = Node::new(&place, url, "shop");
    let ann = node.sign_in("ann").await;
    let file = rusqlite::Connection::open(place.0.join("sessions.db")).unwrap();
    file.execute_batch("DELETE FROM gingersnap_sign_ins").unwrap();
    node.is_in(&ann, "ann").await;
    let output =
        place.run(&["sessions", "end-subject", "ann", "--audience", "shop", "--store", url, "--yes"]);
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), (NOBODY, Some(1)));
    node.ends(&ann).await;
}

const NOBODY: &str = "gingersnap: error: recorded, but nobody was found: every node that reaches the store knows of it within two \
     seconds\n\
     gingersnap: hint: look at --audience, --layer and --keys: the application has the same\n";

#[test]
fn what_cannot_be_ended_is_said() {
    let place = Place::with_ring("sign_ins_refused");
    let key = "00112233445566778899aabbccddeeff-ffeeddccbbaa99887766554433221100";
    let no_tables = "gingersnap: error: cannot read sessions at sqlite:sessions.db#default: there are no tables for sessions\n\
         gingersnap: hint: `gingersnap store init` makes them\n";
    let memory = "gingersnap: error: a store in memory is its process's own: no command reaches it\n\
         gingersnap: hint: name a file or a database\n";
    let subject = "gingersnap: error: a subject has from 1 to 1024 bytes\n";
    let long = "a".repeat(1_025);
    let who = |verb, subject| ["sessions", verb, subject, "--audience", "shop"];
    for verb in ["list", "end-subject", "erase"] {
        let store = |url| [&who(verb, "ann")[..], &["--store", url]].concat();
        place.fails(&store("sqlite:sessions.db"), 2, no_tables);
        place.fails(&store("memory:"), 2, memory);
        for bad in ["", &long] {
            place.fails(&[&who(verb, bad)[..], &["--store", "sqlite:sessions.db"]].concat(), 2, subject);
        }
        let lost =
            [&who(verb, "ann")[..], &["--store", "sqlite:sessions.db", "--keys", "lost.json"]].concat();
        let output = place.run(&lost);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("cannot read lost.json: "), "{}", text(&output.stderr));
    }
    place.fails(&["sessions", "end", key, "--store", "sqlite:sessions.db"], 2, no_tables);
    place.fails(&["sessions", "end", key, "--store", "memory:"], 2, memory);
    for bad in ["", "ann", &key[1..], &key.replace('-', ""), &key.replace('f', "g")] {
        let output = place.run(&["sessions", "end", bad, "--store", "sqlite:sessions.db"]);
        assert_eq!(output.status.code(), Some(2), "{bad}");
        assert!(text(&output.stderr).contains("two times 32 hexadecimal digits"), "{}", text(&output.stderr));
    }
    assert!(place.names().iter().all(|name| name.starts_with("gingersnap-keys.json")));
}
