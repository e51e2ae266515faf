//! People with a login and a cart, whose requests go to one node or another.

use std::{collections::BTreeMap, mem, sync::Arc};

use crate::{
    browser::{Browser, Page},
    help::Server,
};

/// Somebody's browser, and the facts that the shop must show them.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) quantity: u16,
}

impl Person {
    pub(crate) fn new(email: &str) -> Self {
        Self { email: email.to_owned(), cookies: BTreeMap::new(), quantity: 0 }
    }

    /// Signs in and puts something in the cart: each request at the node that `node` gives.
    #[track_caller]
    pub(crate) fn signed_in(email: &str, node: impl Fn() -> Arc<Server>) -> Self {
        let mut person = Self::new(email);
        person.sign_in(&node);
        person.put(&node(), 2);
        person.is_known(&node());
        person
    }

    #[track_caller]
    pub(crate) fn sign_in(&mut self, node: impl Fn() -> Arc<Server>) {
        let form = format!("email={}", self.email);
        self.post(&node(), "/login", &form).leads_to("/login/check");
        // Checks that the next node knows the login that this one sealed.
        self.get(&node(), "/login/check").leads_to("/");
    }

    #[track_caller]
    pub(crate) fn put(&mut self, node: &Server, quantity: u16) {
        let page = self.post(node, "/cart-items", &format!("item=gingersnaps&qty={quantity}"));
        page.leads_to("/");
        removes_nothing(&page);
        self.quantity = quantity;
    }

    /// The shop shows the login and the cart, and takes no cookie away. It counts the visit, which is a write.
    #[track_caller]
    pub(crate) fn is_known(&mut self, node: &Server) {
        let page = self.get(node, "/");
        assert_eq!(page.status, 200, "{}", page.body);
        page.says(&format!("title=\"{}\"", self.email));
        page.says(&format!("{} × Gingersnaps</span>", self.quantity));
        page.does_not_say("href=\"/login\"");
        removes_nothing(&page);
    }

    /// The node serves them as it does strangers, and leaves their cookies alone.
    #[track_caller]
    pub(crate) fn is_stranger(&self, node: &Server) {
        let page = self.clone().get(node, "/session");
        assert_eq!(page.status, 200, "{}", page.body);
        page.says("href=\"/login\"");
        page.does_not_say(&self.email);
        assert_eq!(page.fields("set-cookie"), Vec::<&str>::new());
        let page = self.clone().get(node, "/");
        page.says("Nothing in it yet.");
        removes_nothing(&page);
    }

    /// True if a node knows the login: asked without being activity.
    #[track_caller]
    pub(crate) fn is_signed_in(&self, node: &Server) -> bool {
        let page = self.clone().get(node, "/session/left");
        assert_eq!((page.status, page.fields("set-cookie")), (200, vec![]), "{}", page.body);
        let is = page.body.starts_with("{\"logged_in\":true,");
        assert!(is || page.body == "{\"logged_in\":false,\"seconds_left\":null}", "{}", page.body);
        is
    }

    /// The id of the key that sealed the login.
    #[track_caller]
    pub(crate) fn key(&self) -> String {
        let token =
            base64_simd::URL_SAFE_NO_PAD.decode_to_vec(&self.cookies["__Host-id"]).expect("base64url");
        token[1..4].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn get(&mut self, node: &Server, path: &str) -> Page {
        self.browse(node, |browser| browser.get(path))
    }

    pub(crate) fn post(&mut self, node: &Server, path: &str, form: &str) -> Page {
        self.browse(node, |browser| browser.post(path, form))
    }

    fn browse(&mut self, node: &Server, act: impl FnOnce(&mut Browser<'_>) -> Page) -> Page {
        let mut browser = Browser::new(node);
        browser.cookies = mem::take(&mut self.cookies);
        let page = act(&mut browser);
        self.cookies = browser.cookies;
        page
    }
}

/// No cookie is deleted, but for messages that were shown.
#[track_caller]
pub(crate) fn removes_nothing(page: &Page) {
    let removals = page.fields("set-cookie").into_iter().filter(|field| field.contains("=;"));
    let removals: Vec<_> = removals.filter(|field| !field.starts_with("__Host-flash=")).collect();
    assert!(removals.is_empty(), "{removals:?}");
}
