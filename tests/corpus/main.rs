//! Runs every input of the fuzz targets' corpora through the targets' own checks, with no fuzzer.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

#[path = "../../fuzz/checks/mod.rs"]
mod checks;

use std::fs;
use std::path::Path;

/// Runs a corpus; returns how many inputs it has.
fn replay(target: &str, check: fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in &files {
        println!("{}", file.display()); // Shown if the check fails.
        check(&fs::read(file).unwrap());
    }
    check(b"");
    files.len()
}

macro_rules! corpora {
    ($($test:ident: $target:ident, $least:literal;)*) => {
        $(
            #[test]
            fn $test() {
                let count = replay(stringify!($target), checks::$target::check);
                assert!(count >= $least, "the corpus of {} has only {count} inputs", stringify!($target));
            }
        )*

        #[test]
        fn every_target_and_every_corpus_is_replayed() {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
            let mut expected = [$(stringify!($target)),*];
            expected.sort_unstable();
            for (folder, suffix) in [("corpus", ""), ("fuzz_targets", ".rs")] {
                let mut names: Vec<_> = fs::read_dir(root.join(folder))
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .collect();
                names.sort_unstable();
                assert_eq!(names, expected.map(|target| format!("{target}{suffix}")), "in {folder}");
            }
        }
    };
}

corpora! {
    any_cookie_header_is_read_as_the_model_reads_it: cookie_header, 10;
    any_key_file_is_refused_or_written_back_the_same: keyring_file, 10;
    any_bytes_of_a_map_are_refused_or_written_back: map_values, 10;
    any_record_of_a_node_is_refused_or_written_back: node_record, 10;
    what_one_implementation_seals_the_other_opens: seal_open_differential, 10;
    any_cookie_that_is_accepted_is_one_pair_of_one_name: set_cookie, 10;
    any_record_of_a_store_is_refused_or_read_as_the_reference_reads_it: store_record, 10;
    any_plaintext_is_refused_or_written_back_the_same: token_plain, 10;
    any_text_is_refused_for_the_right_reason: token_text, 10;
}
