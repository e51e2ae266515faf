//! Examples at the end of each command's help. Each of them is read by the parser in the tests below.

pub(super) const GINGERSNAP: &str = "\
Without a command it does what `gingersnap demo` does, and takes the same options.

Examples:
  # The shop at http://127.0.0.1:8080, with a key ring in this directory
  gingersnap
  # The keys of that ring
  gingersnap keys list";

pub(super) const CAPACITY: &str = "\
Examples:
  # A session of your own
  gingersnap capacity --session cart.json
  # A cookie that a browser has, without showing it to others on this machine
  gingersnap capacity --cookie - --audience 'shop production' --tag cart";

pub(super) const COMPLETIONS: &str = "\
Examples:
  gingersnap completions bash > ~/.local/share/bash-completion/completions/gingersnap
  gingersnap completions zsh > ~/.zfunc/_gingersnap
  gingersnap completions fish > ~/.config/fish/completions/gingersnap.fish";

pub(super) const DEMO: &str = "\
Examples:
  # On another port of this machine
  gingersnap demo --listen 9000
  # With sessions in a file, and metrics
  gingersnap demo --store sqlite:sessions.db --metrics 9100
  # With a line of JSON for each request
  gingersnap demo --access-log --log-format json
  # Behind a proxy that speaks https, on a ring that all nodes share
  gingersnap demo --listen 0.0.0.0:8080 --origin https://shop.example --proxy 10.0.0.0/8 \\
    --keys keys.age --identity nodes.identity";

pub(super) const KEYS: &str = "\
Examples:
  # Make a ring that is not encrypted, and look at it
  gingersnap keys init --plaintext
  gingersnap keys list
  # Rotate, and wait until every node has the new ring
  gingersnap keys rotate
  gingersnap keys rollout --wait";

pub(super) const KEYS_INIT: &str = "\
Examples:
  # For one machine
  gingersnap keys init --plaintext
  # Encrypted, for the identities that these recipients belong to
  gingersnap keys init --keys keys.age --recipients recipients.txt
  # In a database; a URL with a password belongs in GINGERSNAP_KEYS
  gingersnap keys init --keys 'postgres://ops@db.example/ops#shop' --recipients recipients.txt";

pub(super) const KEYS_LIST: &str = "\
Examples:
  gingersnap keys list
  gingersnap keys list --keys keys.age --identity nodes.identity --json";

pub(super) const KEYS_SHOW: &str = "\
Examples:
  gingersnap keys show 3f9a1c";

pub(super) const KEYS_LINT: &str = "\
Examples:
  gingersnap keys lint
  # A ring that is not encrypted, and is meant to be so
  gingersnap keys lint --plaintext
  # Also that no session of the application is to outlive what it was sealed with
  gingersnap keys lint --longest-policy 30d --json";

pub(super) const KEYS_TICK: &str = "\
Examples:
  # Each day, from a timer: a new key each month
  gingersnap keys tick
  gingersnap keys tick --every 7d --propagation 2h";

pub(super) const KEYS_ROTATE: &str = "\
Examples:
  # The standby seals in an hour, when every node has the new ring
  gingersnap keys rotate
  gingersnap keys rotate --propagation 2h
  # It seals at once: a node without the new ring shows people as signed out
  gingersnap keys rotate --now";

pub(super) const KEYS_ROLLOUT: &str = "\
Examples:
  gingersnap keys rollout
  gingersnap keys rollout --wait --timeout 10m
  # A node that is gone for good
  gingersnap keys rollout --forget web-3:8080";

pub(super) const KEYS_PROMOTE: &str = "\
Examples:
  gingersnap keys promote 3f9a1c";

pub(super) const KEYS_ADD: &str = "\
Examples:
  gingersnap keys add --note 'before the move'
  gingersnap keys add --suite xchacha20-poly1305";

pub(super) const KEYS_PRUNE: &str = "\
Examples:
  # Each day, from a timer
  gingersnap keys prune
  # Those that are dead now, without the second look a day later
  gingersnap keys prune --yes";

pub(super) const KEYS_DISABLE: &str = "\
Examples:
  gingersnap keys disable 3f9a1c";

pub(super) const KEYS_ENABLE: &str = "\
Examples:
  gingersnap keys enable 3f9a1c";

pub(super) const KEYS_REVOKE: &str = "\
Examples:
  gingersnap keys revoke 3f9a1c
  gingersnap keys revoke --all-created-before 2026-01-31T12:00:00Z";

pub(super) const KEYS_SESSIONS_DEAD_BEFORE: &str = "\
Examples:
  gingersnap keys sessions-dead-before 2026-01-31T12:00:00Z
  gingersnap keys sessions-dead-before 2026-01-31T13:00:00+01:00";

pub(super) const KEYS_EMERGENCY: &str = "\
Examples:
  # Shows what it will do, and asks
  gingersnap keys emergency
  # Then wait until no node has the stolen ring
  gingersnap keys rollout --wait";

pub(super) const KEYS_EXPORT: &str = "\
Examples:
  gingersnap keys export --output backup.age --recipients recipients.txt --identity nodes.identity
  # From a file into a database
  gingersnap keys export --keys keys.json --plaintext |
    gingersnap keys import --keys redis://127.0.0.1/0 --plaintext -";

pub(super) const KEYS_IMPORT: &str = "\
Examples:
  gingersnap keys import --keys copy.json --plaintext keys.json
  # From standard input
  gingersnap keys import --keys copy.json --plaintext -";

pub(super) const KEYS_IDENTITY: &str = "\
Examples:
  gingersnap keys identity nodes.identity > recipients.txt
  gingersnap keys identity escrow.identity >> recipients.txt
  # The recipient of an identity that there is
  gingersnap keys identity --existing nodes.identity";

pub(super) const KEYS_REWRAP: &str = "\
Examples:
  gingersnap keys rewrap --identity nodes.identity --recipients recipients.txt";

pub(super) const KEYS_RESTORE: &str = "\
Examples:
  # Shows what it will do, and asks
  gingersnap keys restore backup.json
  gingersnap keys restore backup.age --identity escrow.identity --recipients recipients.txt";

pub(super) const MAN: &str = "\
Examples:
  # A page for each command, where man finds them
  mkdir -p ~/.local/share/man/man1
  gingersnap man ~/.local/share/man/man1
  # Read the first of them
  gingersnap man | man -l -";

pub(super) const SESSIONS: &str = "\
Examples:
  gingersnap sessions list ada --audience 'shop production' --store sqlite:sessions.db
  gingersnap sessions end-subject ada --audience 'shop production' --store sqlite:sessions.db";

pub(super) const SESSIONS_LIST: &str = "\
Examples:
  # Of the demo shop
  gingersnap sessions list ada --audience 'gingersnap demo' --store sqlite:sessions.db
  gingersnap sessions list ada --audience 'shop production' --store redis://127.0.0.1/0 --json";

pub(super) const SESSIONS_END: &str = "\
Examples:
  # The key is that of `gingersnap sessions list`
  gingersnap sessions end --store sqlite:sessions.db \\
    6f2c0d5e8a914b37b1c4e0f2a7d86935-0b9e4d71c2f84a6e9d3517aa60c8ef42";

pub(super) const SESSIONS_END_SUBJECT: &str = "\
Examples:
  # Shows what it will do, and asks
  gingersnap sessions end-subject ada --audience 'shop production' --store sqlite:sessions.db
  # From a script
  gingersnap sessions end-subject ada --audience 'shop production' --store sqlite:sessions.db --yes";

pub(super) const SESSIONS_ERASE: &str = "\
Examples:
  # Shows what it will do, and asks
  gingersnap sessions erase ada --audience 'shop production' --store sqlite:sessions.db";

pub(super) const SESSIONS_PURGE: &str = "\
Examples:
  gingersnap sessions purge --store sqlite:sessions.db";

pub(super) const STORE: &str = "\
Examples:
  gingersnap store init sqlite:sessions.db";

pub(super) const STORE_INIT: &str = "\
Examples:
  gingersnap store init sqlite:sessions.db
  gingersnap store init 'postgres://owner@db.example/shop#sessions'";

pub(super) const TOKEN: &str = "\
Examples:
  # Paste a token or a cookie, then press Enter and Ctrl-D
  gingersnap token inspect
  gingersnap token open --audience 'shop production' --tag cart";

pub(super) const TOKEN_INSPECT: &str = "\
Examples:
  # Paste a token or a cookie, then press Enter and Ctrl-D
  gingersnap token inspect
  # One of the cookies of a request
  gingersnap token inspect --cookie-name __Host-id < headers.txt";

pub(super) const TOKEN_OPEN: &str = "\
Examples:
  # Paste a token or a cookie, then press Enter and Ctrl-D
  gingersnap token open --audience 'gingersnap demo' --tag cart
  # Who somebody is, from the cookies of a request
  gingersnap token open --audience 'gingersnap demo' --cookie-name __Host-id < headers.txt";

pub(super) const TOKEN_SEAL: &str = "\
Examples:
  # Claims of a guest's session that began as it was sealed, and the data `abc`
  echo 00000101616263 | gingersnap token seal --audience 'shop test' --tag text";

#[cfg(test)]
mod tests {
    use clap::Command;

    use crate::args::Cli;

    /// The command with its name in full, and all commands below it.
    fn all(command: Command, before: &str) -> Vec<(String, Command)> {
        let name = format!("{before}{}", command.get_name());
        let below = command.get_subcommands().filter(|it| it.get_name() != "help").cloned();
        let below: Vec<_> = below.flat_map(|it| all(it, &format!("{name} "))).collect();
        [(name, command)].into_iter().chain(below).collect()
    }

    /// The lines of the examples, with those that go on in the next.
    fn examples(command: &Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.lines().all(|line| line.len() <= 100), "{help}");
        let (_, text) = help.split_once("Examples:\n").unwrap_or_default();
        let text = text.replace("\\\n", " ").replace("|\n", "| ");
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        lines.map(str::to_owned).collect()
    }

    /// The words of one command, as a shell takes them: `'` quotes, and `<`, `>`, `>>` are not the command's.
    fn words(command: &str) -> Vec<String> {
        let parts = command.split('\'').enumerate();
        let quoted = parts.map(|(at, part)| if at % 2 == 1 { part.replace(' ', "\0") } else { part.into() });
        let text: String = quoted.collect();
        let words = text.split_ascii_whitespace().map(|word| word.replace('\0', " "));
        words.take_while(|word| !["<", ">", ">>"].contains(&word.as_str())).collect()
    }

    #[test]
    fn every_command_has_examples_that_the_parser_takes() {
        let all = all(Cli::described(), "");
        assert!(all.len() > 30, "{}", all.len());
        for (name, command) in all {
            let examples = examples(&command);
            assert!(examples.iter().any(|line| line.contains(&name)), "{name}: {examples:?}");
            let calls = examples.iter().flat_map(|line| line.split(" | ")).map(words);
            for call in calls.filter(|words| words.first().is_some_and(|it| !OTHERS.contains(&it.as_str()))) {
                let read = Cli::described().try_get_matches_from(&call);
                assert!(call[0] == "gingersnap" && read.is_ok(), "{name}: {call:?}: {:?}", read.err());
            }
        }
    }

    /// Commands that are not ours.
    const OTHERS: [&str; 3] = ["echo", "man", "mkdir"];

    #[test]
    fn an_example_that_the_parser_does_not_take_is_found() {
        let read = |line: &str| Cli::described().try_get_matches_from(words(line)).is_ok();
        assert!(read("gingersnap keys add --note 'a b' > out"));
        assert!(!read("gingersnap keys add --note a b"));
        assert!(!read("gingersnap keys tick --monthly"));
    }
}
