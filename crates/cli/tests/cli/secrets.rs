//! A secret in the place of a path, a name or an option's value is never shown: not in an error, a hint, a log or the help.

use super::at_rest::{NODE, STRANGER};
use super::*;

/// Something that must not be shown, given in the place of something else, and the part to look for.
struct Mistake {
    text: String,
    secret: String,
}

fn mistakes() -> Vec<Mistake> {
    let ring = text(&ring_of(1).to_bytes());
    let line = ring.lines().find(|line| line.contains("\"secret\"")).unwrap().to_owned();
    let secret = line.split('"').nth(3).unwrap().to_owned();
    let identity = NODE[0]["AGE-SECRET-KEY-1".len()..].to_owned();
    let of = |text: String, secret: &str| Mistake { text, secret: secret.to_owned() };
    vec![
        of(ring.clone(), &secret),
        of(ring.replace('\n', " "), &secret),
        of(line.trim().to_owned(), &secret),
        of(NODE[0].to_owned(), &identity),
        of(NODE[0].to_lowercase(), &identity.to_lowercase()),
        of(format!("# created: today\n# public key: {}\n{}\n", NODE[1], NODE[0]), &identity),
        of(format!("file:{}", NODE[0]), &identity),
        of("-----BEGIN PRIVATE KEY----- MC4CAQhunter2 -----END".to_owned(), "hunter2"),
        of("postgres://operator:hunter2@db.example/shop?x=1".to_owned(), "hunter2"),
        of("https://operator:hunter2@shop.example".to_owned(), "hunter2"),
        of("host=db user=operator Password=hunter2".to_owned(), "hunter2"),
        of(format!("{}hunter2", "x".repeat(250)), "hunter2"),
        of("hunter2\u{1b}[2J".to_owned(), "hunter2"),
        of("hunter2 {}".to_owned(), "hunter2"),
    ]
}

/// Command lines, of which `SECRET` is given in every place that takes a value, and in those that take none.
const LINES: [&str; 44] = [
    "SECRET",
    "--SECRET",
    "--listen=SECRET",
    "--unknown=SECRET",
    "demo SECRET",
    "demo --listen SECRET",
    "demo --keys SECRET",
    "demo --keys SECRET --identity identity.txt --listen 127.0.0.1:0",
    "demo --identity SECRET",
    "demo --recipients SECRET",
    "demo --node SECRET",
    "demo --metrics SECRET",
    "demo --origin SECRET",
    "demo --reload-every SECRET",
    "demo --client-timeout SECRET",
    "demo --max-connections SECRET",
    "demo --tls-cert SECRET --tls-key SECRET",
    "demo --tls-cert cert.pem --tls-key SECRET",
    "keys SECRET",
    "keys list SECRET",
    "keys list --keys SECRET",
    "keys list --identity SECRET",
    "keys list --recipients SECRET",
    "keys show SECRET",
    "keys init --longest-session SECRET",
    "keys init --suite SECRET",
    "keys lint --every SECRET",
    "keys tick --propagation SECRET",
    "keys rotate --propagation SECRET",
    "keys rotate --key SECRET",
    "keys rotate --now=SECRET",
    "keys rollout --forget SECRET",
    "keys rollout --wait --timeout SECRET",
    "keys revoke --all-created-before SECRET",
    "keys sessions-dead-before SECRET",
    "keys export --plaintext --output SECRET",
    "keys import --plaintext --keys new.json SECRET",
    "keys identity SECRET",
    "keys identity --existing SECRET",
    "keys restore --yes SECRET",
    "token inspect SECRET",
    "token open SECRET --audience shop",
    "token seal --kind SECRET --audience shop",
    "token seal --now SECRET --audience shop",
];

const VARIABLES: [&str; 6] = [
    "GINGERSNAP_KEYS",
    "GINGERSNAP_IDENTITY_FILE",
    "GINGERSNAP_IDENTITY",
    "GINGERSNAP_RECIPIENTS",
    "GINGERSNAP_ALLOW_GROUP_READ",
    "CREDENTIALS_DIRECTORY",
];

#[track_caller]
fn hides(mistake: &Mistake, mut command: Command, what: &str) {
    let output = command.output().unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    // Not even a part that would tell which it is.
    let parts: Vec<_> = mistake.secret.as_bytes().windows(7).collect();
    let shown = parts.iter().any(|part| said.contains(str::from_utf8(part).unwrap()));
    assert!(!shown && !said.is_empty(), "{what} with {:?}: {said}", mistake.text);
}

#[test]
fn a_secret_in_the_place_of_an_option_or_a_value_is_not_shown() {
    for (number, mistake) in mistakes().iter().enumerate() {
        // Some lines make a file of that name.
        let place = Place::with_ring(&format!("secret_values_{number}"));
        place.file("identity.txt", STRANGER[0]);
        place.file("cert.pem", "no certificate");
        for line in LINES {
            let args: Vec<_> = line.split(' ').map(|arg| arg.replace("SECRET", &mistake.text)).collect();
            let args: Vec<_> = args.iter().map(String::as_str).collect();
            hides(mistake, place.command(&args), line);
        }
    }
}

#[test]
fn a_secret_in_the_place_of_a_variable_is_not_shown() {
    let place = Place::with_ring("secret_variables");
    for mistake in mistakes() {
        for name in VARIABLES {
            for args in
                [&["keys", "list"][..], &["keys", "emergency"], &["keys", "--help"], &["demo", "--help"]]
            {
                let mut command = place.command(args);
                command.env(name, &mistake.text);
                hides(&mistake, command, name);
            }
        }
        for name in ["GINGERSNAP_NODE", "GINGERSNAP_LOG", "GINGERSNAP_KEYS", "GINGERSNAP_IDENTITY_FILE"] {
            // It ends for want of a certificate, if for nothing before.
            let mut command = place.command(&["demo", "--tls-cert", "nowhere", "--tls-key", "nowhere"]);
            command.env(name, &mistake.text);
            hides(&mistake, command, name);
        }
    }
}

#[test]
fn what_is_not_shown_is_told_by_its_length() {
    let place = Place::empty("secret_told");
    let ring = text(&ring_of(1).to_bytes());
    let output = place.command(&["keys", "list"]).env("GINGERSNAP_KEYS", &ring).output().unwrap();
    let start = format!("gingersnap: error: cannot read <{} bytes that may be a secret>: ", ring.len());
    assert!(text(&output.stderr).starts_with(&start), "{}", text(&output.stderr));
    let output = place.run(&["keys", "show", NODE[0]]);
    let start = "gingersnap: error: invalid value '<74 bytes that may be a secret>' for '<KEY>'\n";
    assert!(text(&output.stderr).starts_with(start), "{}", text(&output.stderr));
    // What is none is shown as it is.
    let long = format!("a b/é/{}.json", "n".repeat(200));
    let output = place.run(&["keys", "list", "--keys", &long]);
    let start = format!("gingersnap: error: cannot read {long}: no such file or directory\n");
    assert!(text(&output.stderr).starts_with(&start), "{}", text(&output.stderr));
}
