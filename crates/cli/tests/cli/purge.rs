//! `gingersnap sessions purge`.

use super::*;

/// Makes a file with records that ended two hours ago, and some that did half an hour ago.
#[cfg(feature = "sqlite")]
fn file_with(place: &Place, ended: u32, others: u32) -> rusqlite::Connection {
    place.succeeds(&["store", "init", "sqlite:sessions.db"]);
    let connection = rusqlite::Connection::open(place.0.join("sessions.db")).unwrap();
    for (from, number, ago) in [(0, ended, 7_200), (ended, others, 1_800)] {
        let rows = format!(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT {number}) \
             INSERT INTO gingersnap_sessions (store, id, version, owner, record, expires_at) \
             SELECT 'default', CAST(printf('%016d', i + {from}) AS BLOB), 1, NULL, x'00', unixepoch() - {ago} FROM n"
        );
        connection.execute_batch(&rows).unwrap();
    }
    connection
}

#[cfg(feature = "sqlite")]
fn rows(connection: &rusqlite::Connection) -> u32 {
    connection.query_row("SELECT count(*) FROM gingersnap_sessions", (), |row| row.get(0)).unwrap()
}

#[test]
#[cfg(feature = "sqlite")]
fn a_purge_removes_all_that_ended_more_than_an_hour_ago_and_nothing_else() {
    let place = Place::empty("purge");
    let connection = file_with(&place, 1_500, 4);
    let purge = ["sessions", "purge", "--store", "sqlite:sessions.db"];
    let ended = "that ended more than an hour ago";
    let said = place.succeeds(&purge);
    assert_eq!(said, format!("removed 1500 records {ended} from sqlite:sessions.db#default\n"));
    assert_eq!(rows(&connection), 4);
    let none = format!("removed nothing: sqlite:sessions.db#default has no record {ended}\n");
    assert_eq!(place.succeeds(&purge), none);
    connection.execute_batch("UPDATE gingersnap_sessions SET expires_at = 0 WHERE id LIKE '%1500'").unwrap();
    let named = place.command(&["sessions", "purge"]).env("GINGERSNAP_STORE", "sqlite:sessions.db").output();
    let one = format!("removed 1 record {ended} from sqlite:sessions.db#default\n");
    assert_eq!(text(&named.unwrap().stdout), one);
    // Another store in the same file is left alone.
    connection.execute_batch("UPDATE gingersnap_sessions SET expires_at = 0").unwrap();
    place.succeeds(&["sessions", "purge", "--store", "sqlite:sessions.db#other"]);
    assert_eq!(rows(&connection), 3);
}

#[test]
#[cfg(feature = "sqlite")]
fn a_purge_goes_as_it_is_written() {
    let document = operations::document();
    let (_, section) = document.split_once("\n### Removing what ended\n").unwrap();
    let block = operations::blocks(section.split_once("\n### ").unwrap().0, "sh")[0];
    let place = Place::empty("purge_written");
    let connection = file_with(&place, 3, 1);
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gingersnap"), place.0.join("gingersnap")).unwrap();
    let block = block.replace("postgres://operator:secret@db.example/shop", "sqlite:sessions.db");
    let path = format!("{}:{}", place.0.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh").args(["-c", &block]).current_dir(&place.0).env("PATH", path).output();
    let output = output.unwrap();
    let said = "removed 3 records that ended more than an hour ago from sqlite:sessions.db#default\n";
    assert_eq!((text(&output.stdout).as_str(), text(&output.stderr).as_str()), (said, ""));
    assert_eq!(rows(&connection), 1);
}

#[test]
#[cfg(feature = "sqlite")]
fn a_store_that_cannot_be_purged_is_said() {
    let place = Place::empty("purge_refused");
    let purge = |url: &str, status, stderr: &str| {
        place.fails(&["sessions", "purge", "--store", url], status, stderr);
    };
    purge(
        "sqlite:sessions.db",
        2,
        "gingersnap: error: cannot purge sessions at sqlite:sessions.db#default: there are no tables for sessions\n\
         gingersnap: hint: `gingersnap store init` makes them\n",
    );
    purge(
        "sessions.db",
        2,
        "gingersnap: error: sessions.db: it names no kind of store\n\
         gingersnap: hint: sqlite:PATH, postgres://…, redis:// or rediss://…, or memory:\n",
    );
    purge(
        "memory:",
        2,
        "gingersnap: error: a store in memory is its process's own: no command reaches it\n\
         gingersnap: hint: name a file or a database\n",
    );
    assert_eq!(place.names(), Vec::<String>::new());
    for args in [&["sessions", "purge"][..], &["sessions", "purge", "redis://u:hunter2@cache/0"]] {
        let output = place.run(args);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2));
        assert!(said.contains("--store <URL>") && !said.contains("hunter2"), "{said}");
    }
}

#[test]
#[cfg(all(feature = "postgres", feature = "redis"))]
fn records_in_postgres_are_purged_by_the_servers_clock() {
    let Some(server) = servers::Postgres::start() else { return };
    let place = Place::empty("purge_postgres");
    let url = server.database("sessions");
    let shown = format!("postgres://127.0.0.1:{}/sessions#default", server.port());
    let stderr = format!(
        "gingersnap: error: cannot purge sessions at {shown}: there are no tables for sessions\n\
         gingersnap: hint: `gingersnap store init` makes them\n"
    );
    let purge = ["sessions", "purge", "--store", &url];
    place.fails(&purge, 2, &stderr);
    place.succeeds(&["store", "init", &url]);
    server.sql(
        "sessions",
        "INSERT INTO gingersnap_sessions (store, id, version, owner, record, expires_at) \
         SELECT 'default', decode(lpad(to_hex(i), 32, '0'), 'hex'), 1, NULL, '', \
         now() - CASE WHEN i < 1201 THEN interval '61 min' ELSE interval '59 min' END FROM generate_series(1, 1210) AS i",
    );
    let said = place.succeeds(&purge);
    assert_eq!(said, format!("removed 1200 records that ended more than an hour ago from {shown}\n"));
    assert_eq!(server.sql("sessions", "SELECT count(*) FROM gingersnap_sessions"), "10");
    let stderr = "gingersnap: error: cannot purge sessions at postgres://127.0.0.1:1/db#default: \
                  Connection refused (os error 111)\n";
    place.fails(&["sessions", "purge", "--store", "postgres://u:hunter2@127.0.0.1:1/db"], 3, stderr);
}

#[test]
#[cfg(all(feature = "postgres", feature = "redis"))]
fn redis_removes_what_ended_itself_and_a_purge_says_so() {
    let Some(server) = servers::Redis::start() else { return };
    let place = Place::empty("purge_redis");
    server.command(&["SET", "gingersnap:default:session:1", "kept", "EX", "60"]);
    let said = place.succeeds(&["sessions", "purge", "--store", &server.url()]);
    let shown = format!("redis://127.0.0.1:{}/0#default", server.port());
    assert_eq!(said, format!("removed nothing: the server removes records of {shown} itself\n"));
    assert_eq!(server.command(&["EXISTS", "gingersnap:default:session:1"]), "1");
    drop(server);
    let url = "redis://:hunter2@127.0.0.1:1/0";
    let output = place.run(&["sessions", "purge", "--store", url]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3));
    assert!(said.contains("redis://127.0.0.1:1/0#default") && !said.contains("hunter2"), "{said}");
}
