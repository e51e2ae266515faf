//! `gingersnap store init`.

use super::*;

#[test]
#[cfg(feature = "sqlite")]
fn a_file_for_sessions_is_made_once() {
    let place = Place::empty("store_once");
    let made = place.succeeds(&["store", "init", "sqlite:sessions.db"]);
    assert_eq!(made, "made sqlite:sessions.db#default: sessions can be kept there\n");
    for name in place.names() {
        let mode = fs::metadata(place.0.join(&name)).unwrap().permissions().mode();
        assert!(name.starts_with("sessions.db"), "{name}");
        assert_eq!(mode & 0o7777, 0o600, "{name}");
    }
    let again = place.command(&["store", "init"]).env("GINGERSNAP_STORE", "sqlite:sessions.db#shop").output();
    let again = text(&again.unwrap().stdout);
    assert_eq!(again, "sqlite:sessions.db#shop is made already: nothing was changed\n");
}

#[test]
#[cfg(feature = "sqlite")]
fn what_cannot_be_a_file_of_sessions_is_said() {
    let place = Place::empty("store_refused");
    place.file("text", "no database, and long enough for the head of one: ".repeat(30));
    let init = |url: &str, status, stderr: &str| {
        place.fails(&["store", "init", url], status, stderr);
    };
    init(
        "sqlite:text",
        3,
        "gingersnap: error: cannot read sessions at sqlite:text#default: it is no SQLite database\n\
         gingersnap: hint: name another file: this one is left as it is\n",
    );
    init(
        "sqlite:no/sessions.db",
        3,
        "gingersnap: error: cannot make tables for sessions at sqlite:no/sessions.db#default: no such directory\n\
         gingersnap: hint: make the directory first\n",
    );
    init("sqlite:.", 3, "gingersnap: error: cannot read sessions at sqlite:.#default: it is a directory\n");
    init(
        "sessions.db",
        2,
        "gingersnap: error: sessions.db: it names no kind of store\n\
         gingersnap: hint: sqlite:PATH, postgres://…, redis:// or rediss://…, or memory:\n",
    );
    for value in ["", "u password=hunter2"] {
        let said = text(&place.run(&["demo", "--store", value]).stderr);
        assert!(said.contains("it names no kind of store\n") && !said.contains("hunter2"), "{said}");
    }
    assert_eq!(place.names(), ["text"]);
}

/// Root may write any file: the command runs as a user who may not.
#[test]
#[cfg(feature = "sqlite")]
fn a_file_that_this_user_may_not_write_is_said() {
    let own = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let directory = std::env::temp_dir().join(format!("gingersnap-store-{}", std::process::id()));
    drop(fs::remove_dir_all(&directory));
    fs::create_dir_all(&directory).unwrap();
    let place = Place(directory.clone());
    place.succeeds(&["store", "init", "sqlite:sessions.db"]);
    // A binary that anybody may start.
    let binary = directory.join("gingersnap");
    fs::copy(env!("CARGO_BIN_EXE_gingersnap"), &binary).unwrap();
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |mode: u32| {
        fs::set_permissions(directory.join("sessions.db"), fs::Permissions::from_mode(mode)).unwrap();
        let mut command = Command::new(if own { "setpriv" } else { "env" });
        if own {
            command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]);
        }
        command.arg(&binary).args(["store", "init", "sqlite:sessions.db"]).current_dir(&directory);
        let output = command.output().unwrap();
        (text(&output.stderr), output.status.code())
    };
    let hint = "gingersnap: hint: this user must be able to write the file and its directory\n";
    let start = "gingersnap: error: cannot read sessions at sqlite:sessions.db#default:";
    assert_eq!(run(0o444), (format!("{start} it takes no changes\n{hint}"), Some(3)));
    if own {
        assert_eq!(run(0o600), (format!("{start} permission denied\n{hint}"), Some(3)));
    }
    fs::remove_dir_all(&directory).unwrap();
}

#[test]
#[cfg(not(feature = "postgres"))]
fn a_store_that_this_build_lacks_is_refused_by_name() {
    let place = Place::empty("store_lacking");
    for (url, what, feature) in [
        ("postgres://u:hunter2@db/shop", "PostgreSQL", "postgres"),
        ("redis://u:hunter2@cache", "Redis", "redis"),
    ] {
        let stderr = format!(
            "gingersnap: error: this build has no {what} store\n\
             gingersnap: hint: build it with the feature `{feature}`\n"
        );
        place.fails(&["store", "init", url], 2, &stderr);
    }
}

#[test]
#[cfg(all(feature = "postgres", feature = "redis"))]
fn tables_for_sessions_are_made_once() {
    let Some(server) = servers::Postgres::start() else { return };
    let place = Place::empty("store_postgres");
    let url = server.database("sessions");
    let shown = format!("postgres://127.0.0.1:{}/sessions", server.port());
    let made = place.succeeds(&["store", "init", &url]);
    assert_eq!(made, format!("made {shown}#default: sessions can be kept there\n"));
    let again = place.succeeds(&["store", "init", &format!("{url}#shop")]);
    assert_eq!(again, format!("{shown}#shop is made already: nothing was changed\n"));
    server.sql("sessions", "UPDATE gingersnap_schema SET version = 3");
    let stderr = format!(
        "gingersnap: error: cannot make tables for sessions at {shown}#default: its tables are of version 3, \
         and this program knows version 2\n\
         gingersnap: hint: run the version of gingersnap that made them, or name an empty database\n"
    );
    place.fails(&["store", "init", &url], 1, &stderr);
    let stderr = "gingersnap: error: cannot make tables for sessions at postgres://127.0.0.1:1/db#default: \
                  Connection refused (os error 111)\n";
    place.fails(&["store", "init", "postgres://u:hunter2@127.0.0.1:1/db"], 3, stderr);
}

#[test]
#[cfg(all(feature = "postgres", feature = "redis"))]
fn a_server_that_may_forget_sessions_is_told_of() {
    let Some(server) = servers::Redis::start() else { return };
    let place = Place::empty("store_redis");
    let init = || place.succeeds(&["store", "init", &server.url()]);
    assert!(!init().contains("warning: "), "it keeps all that it was given");
    server.command(&["CONFIG", "SET", "appendonly", "no"]);
    let warning =
        "warning: without `appendonly yes` a restart forgets sessions, and revives what was removed\n";
    assert!(init().ends_with(warning), "{}", init());
}
