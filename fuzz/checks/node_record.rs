//! Any bytes as the record of a node, which every node of a fleet may write and every other one reads.

use gingersnap::keystore::{KeystoreErrorKind, Node, NodeName};

pub(crate) fn check(bytes: &[u8]) {
    let node = match Node::from_json(bytes) {
        Ok(node) => node,
        Err(error) => {
            assert_eq!(error.kind(), KeystoreErrorKind::BadNode);
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert!(bytes.len() <= 1024, "a long record is refused by its length");
    check_name(node.name());
    assert_eq!(node.ring_id().len(), 32);
    assert!(node.ring_id().bytes().all(|byte| byte.is_ascii_hexdigit()));
    let written = node.to_json();
    assert!(!written.contains('\n'), "a record is one line");
    let again = Node::from_json(written.as_bytes()).expect("what was read can be written");
    assert_eq!(again, node);
    assert_eq!(again.to_json(), written);
}

/// It names a file in a folder: nothing of it may lead out of there.
fn check_name(name: &NodeName) {
    let text: &str = name.as_ref();
    assert!((1..=128).contains(&text.len()));
    assert!(!text.starts_with('.') && !text.contains(['/', '\\', '\0']));
    assert_eq!(text.parse::<NodeName>().expect("a name is a name"), *name);
}
