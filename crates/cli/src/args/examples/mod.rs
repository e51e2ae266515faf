//! Examples at the end of each command's help. Each of them is read by the parser in `tests.rs`.

pub(super) mod keys;
#[cfg(test)]
mod tests;

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
