//! Of `gingersnap keys`.

pub(in crate::args) const INIT: &str = "\
Examples:
  # For one machine
  gingersnap keys init --plaintext
  # Encrypted, for the identities that these recipients belong to
  gingersnap keys init --keys keys.age --recipients recipients.txt
  # In a database; a URL with a password belongs in GINGERSNAP_KEYS
  gingersnap keys init --keys 'postgres://ops@db.example/ops#shop' --recipients recipients.txt";

pub(in crate::args) const LIST: &str = "\
Examples:
  gingersnap keys list
  gingersnap keys list --keys keys.age --identity nodes.identity --json";

pub(in crate::args) const SHOW: &str = "\
Examples:
  gingersnap keys show 3f9a1c";

pub(in crate::args) const LINT: &str = "\
Examples:
  gingersnap keys lint
  # A ring that is not encrypted, and is meant to be so
  gingersnap keys lint --plaintext
  # Also that no session of the application is to outlive what it was sealed with
  gingersnap keys lint --longest-policy 30d --json";

pub(in crate::args) const TICK: &str = "\
Examples:
  # Each day, from a timer: a new key each month
  gingersnap keys tick
  gingersnap keys tick --every 7d --propagation 2h";

pub(in crate::args) const ROTATE: &str = "\
Examples:
  # The standby seals in an hour, when every node has the new ring
  gingersnap keys rotate
  gingersnap keys rotate --propagation 2h
  # It seals at once: a node without the new ring shows people as signed out
  gingersnap keys rotate --now";

pub(in crate::args) const ROLLOUT: &str = "\
Examples:
  gingersnap keys rollout
  gingersnap keys rollout --wait --timeout 10m
  # A node that is gone for good
  gingersnap keys rollout --forget web-3:8080";

pub(in crate::args) const PROMOTE: &str = "\
Examples:
  gingersnap keys promote 3f9a1c";

pub(in crate::args) const ADD: &str = "\
Examples:
  gingersnap keys add --note 'before the move'
  gingersnap keys add --suite xchacha20-poly1305";

pub(in crate::args) const PRUNE: &str = "\
Examples:
  # Each day, from a timer
  gingersnap keys prune
  # Those that are dead now, without the second look a day later
  gingersnap keys prune --yes";

pub(in crate::args) const DISABLE: &str = "\
Examples:
  gingersnap keys disable 3f9a1c";

pub(in crate::args) const ENABLE: &str = "\
Examples:
  gingersnap keys enable 3f9a1c";

pub(in crate::args) const REVOKE: &str = "\
Examples:
  gingersnap keys revoke 3f9a1c
  gingersnap keys revoke --all-created-before 2026-01-31T12:00:00Z";

pub(in crate::args) const SESSIONS_DEAD_BEFORE: &str = "\
Examples:
  gingersnap keys sessions-dead-before 2026-01-31T12:00:00Z
  gingersnap keys sessions-dead-before 2026-01-31T13:00:00+01:00";

pub(in crate::args) const EMERGENCY: &str = "\
Examples:
  # Shows what it will do, and asks
  gingersnap keys emergency
  # Then wait until no node has the stolen ring
  gingersnap keys rollout --wait";

pub(in crate::args) const EXPORT: &str = "\
Examples:
  gingersnap keys export --output backup.age --recipients recipients.txt --identity nodes.identity
  # From a file into a database
  gingersnap keys export --keys keys.json --plaintext |
    gingersnap keys import --keys redis://127.0.0.1/0 --plaintext -";

pub(in crate::args) const IMPORT: &str = "\
Examples:
  gingersnap keys import --keys copy.json --plaintext keys.json
  # From standard input
  gingersnap keys import --keys copy.json --plaintext -";

pub(in crate::args) const IDENTITY: &str = "\
Examples:
  gingersnap keys identity nodes.identity > recipients.txt
  gingersnap keys identity escrow.identity >> recipients.txt
  # The recipient of an identity that there is
  gingersnap keys identity --existing nodes.identity";

pub(in crate::args) const REWRAP: &str = "\
Examples:
  gingersnap keys rewrap --identity nodes.identity --recipients recipients.txt";

pub(in crate::args) const RESTORE: &str = "\
Examples:
  # Shows what it will do, and asks
  gingersnap keys restore backup.json
  gingersnap keys restore backup.age --identity escrow.identity --recipients recipients.txt";
