//! The image, without Docker: what it is built of, and by.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::{folder, text, yaml};
use crate::help::Dir;

/// What follows an instruction of the image that is built, its last stage.
#[track_caller]
fn instruction(name: &str) -> String {
    let image = text("docker/Dockerfile");
    let (_, last) = image.rsplit_once("\nFROM ").expect("a stage");
    let lines: Vec<_> = last.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).collect();
    let [line] = lines[..] else { panic!("not one {name}") };
    line.to_owned()
}

/// The list of words of an instruction.
#[track_caller]
pub(super) fn words(name: &str) -> Value {
    let text = instruction(name);
    let (_, list) = text.split_at(text.find('[').expect("a list"));
    serde_json::from_str(list).expect("a list")
}

#[test]
fn the_image_is_built_by_the_version_and_the_profile_that_the_packages_have_and_is_not_root() {
    let (image, root) = (text("docker/Dockerfile"), root());
    let manifest = |path: &str| fs::read_to_string(root.join(path)).expect("a manifest");
    let workspace = manifest("Cargo.toml");
    let version = workspace.split("rust-version = \"").nth(1).expect("a version").split('"').next();
    let (builder, debian) =
        image.split("FROM rust:").nth(1).expect("an image").split_once("-slim-").expect("Debian");
    assert_eq!(Some(builder), version);
    let debian = debian.split(' ').next().expect("a name");
    assert!(image.contains(&format!("\nFROM debian:{debian}-slim\n")), "{debian}");
    assert!(image.contains("cargo build --locked --package gingersnap-cli --profile dist --features full"));
    assert!(workspace.contains("\n[profile.dist]\n"));
    let cli = manifest("crates/cli/Cargo.toml");
    assert!(cli.contains("name = \"gingersnap-cli\"") && cli.contains("\nfull = ["));

    let user = instruction("USER");
    let pod = &yaml("kubernetes/shop.yaml")[0];
    let of_pod = &pod["spec"]["template"]["spec"]["securityContext"];
    assert_eq!(user, format!("{}:{}", of_pod["runAsUser"], of_pod["runAsGroup"]));
    assert_ne!(user, "0:0");
}

#[test]
fn the_context_of_the_image_has_every_file_that_the_build_reads() {
    let (ignored, root) = (text("docker/Dockerfile.dockerignore"), root());
    let kept = kept(&ignored);
    let crates = fs::read_dir(root.join("crates")).expect("the crates");
    let mut folders: Vec<_> = crates.map(|entry| entry.expect("a crate").path().join("src")).collect();
    folders.extend(["src", "shop/src"].map(|it| root.join(it)));
    let mut included = 0;
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                included += included_by(&path, &root, &kept);
            }
        }
    }
    assert!(included > 5, "{included}");
}

#[test]
fn the_context_of_the_image_has_every_file_that_the_manifests_name() {
    let (ignored, root, context) = (text("docker/Dockerfile.dockerignore"), root(), Dir::new());
    for path in kept(&ignored) {
        let path = Path::new(path);
        assert!(root.join(path).exists(), "{}", path.display());
        symlink(root.join(path), context.path().join(path)).expect("a link");
    }
    let mut cargo = Command::new(env!("CARGO"));
    let output = cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let output = output.current_dir(context.path()).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The repository's folder.
fn root() -> PathBuf {
    fs::canonicalize(folder().join("..")).expect("the root")
}

/// What the context has of that.
fn kept(ignored: &str) -> Vec<&str> {
    ignored.lines().filter_map(|line| line.strip_prefix("!/")).collect()
}

/// How many files this one has compiled in; each is kept.
#[track_caller]
fn included_by(path: &Path, root: &Path, kept: &[&str]) -> usize {
    // A picture is no text.
    let Ok(text) = fs::read_to_string(path) else { return 0 };
    let folder = path.parent().expect("a folder");
    let pieces = ["include_str!(\"", "include_bytes!(\""].into_iter().flat_map(|it| text.split(it).skip(1));
    let files: Vec<_> = pieces.map(|piece| folder.join(piece.split('"').next().expect("a name"))).collect();
    for file in &files {
        let file = fs::canonicalize(file).expect("a file");
        let file = file.strip_prefix(root).expect("a file of ours");
        // The doctests of these are no part of a build.
        let is_doctest = file == Path::new("README.md");
        assert!(is_doctest || kept.iter().any(|it| file.starts_with(it)), "{}", file.display());
    }
    files.len()
}
