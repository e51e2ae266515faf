//! `gingersnap completions` and `gingersnap man`.

use super::*;

#[test]
fn each_shell_has_a_script_that_knows_the_commands_and_their_options() {
    let place = Place::empty("completions");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = place.succeeds(&["completions", shell]);
        for word in ["rollout", "end-subject", "propagation", "client-timeout", "completions"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let output = place.run(&["completions", "dos"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("[possible values: bash, elvish, fish, powershell, zsh]"));
}

#[test]
fn the_script_for_bash_completes_a_verb() {
    let place = Place::empty("completions_bash");
    fs::write(place.0.join("gingersnap.bash"), place.succeeds(&["completions", "bash"])).unwrap();
    let complete = "source gingersnap.bash; COMP_WORDS=(gingersnap keys roll); COMP_CWORD=2; \
                    _gingersnap gingersnap roll keys; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["-c", complete]).current_dir(&place.0).output().unwrap();
    assert_eq!((&*text(&output.stdout), &*text(&output.stderr)), ("rollout\n", ""));
}

#[test]
fn man_has_a_page_for_each_command() {
    let place = Place::empty("man");
    let page = place.succeeds(&["man"]);
    assert!(page.contains(".TH gingersnap 1") && page.contains("gingersnap\\-keys(1)"), "{page}");
    fs::create_dir(place.0.join("man1")).unwrap();
    for _ in 0..2 {
        assert_eq!(place.succeeds(&["man", "man1"]), "");
    }
    let pages = fs::read_dir(place.0.join("man1")).unwrap().count();
    assert!(pages > 30, "{pages}");
    let rotate = fs::read_to_string(place.0.join("man1/gingersnap-keys-rotate.1")).unwrap();
    for part in ["\\-\\-propagation", "Key ring", "Examples:"] {
        assert!(rotate.to_lowercase().contains(&part.to_lowercase()), "{part}: {rotate}");
    }
    let error = "gingersnap: error: cannot write into nowhere: No such file or directory (os error 2)\n\
                 gingersnap: hint: `mkdir -p` makes the folder\n";
    place.fails(&["man", "nowhere"], 3, error);
}
