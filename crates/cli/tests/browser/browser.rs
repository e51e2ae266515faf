//! A browser with an empty profile, and the deeds of a person or a page in it.

use std::{
    io::Write as _,
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    dir::Dir,
    webdriver::{Driver, installed},
};

/// A running browser; it ends, with its driver, when dropped.
pub(crate) struct Browser {
    session: String,
    driver: Driver,
    profile: Dir,
}

impl Browser {
    /// Starts one, or says that the test is skipped because this machine has none.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&json!({}))
    }

    /// The same, with more of `goog:chromeOptions`.
    pub(crate) fn start_with(options: &Value) -> Option<Self> {
        let chromium = chromium()?;
        let profile = Dir::new();
        let driver = Driver::start(profile.path());
        let session = driver.open(&chromium, &profile.path().join("profile"), options);
        Some(Self { session, driver, profile })
    }

    /// Closes every window, and opens one again: data that ends with the browser has ended.
    pub(crate) fn restart(&mut self) {
        self.driver.send("DELETE", &self.session, &Value::Null).expect("an end");
        let chromium = chromium().expect("it was there");
        self.session = self.driver.open(&chromium, &self.profile.path().join("profile"), &json!({}));
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.driver.send("POST", &format!("{}/{path}", self.session), body)
    }

    fn get(&self, path: &str) -> Value {
        self.driver.send("GET", &format!("{}/{path}", self.session), &Value::Null).expect("an answer")
    }

    /// Loads a page, as if its address had been typed.
    #[track_caller]
    pub(crate) fn goto(&self, url: &str) {
        self.post("url", &json!({ "url": url })).expect("a page");
    }

    pub(crate) fn reload(&self) {
        self.post("refresh", &json!({})).expect("a page");
    }

    pub(crate) fn url(&self) -> String {
        text(self.get("url"))
    }

    pub(crate) fn title(&self) -> String {
        text(self.get("title"))
    }

    fn elements(&self, css: &str) -> Vec<String> {
        let found = self.post("elements", &json!({ "using": "css selector", "value": css }));
        let found = found.expect("elements");
        let ids = found.as_array().expect("a list").iter();
        ids.map(|id| id.as_object().and_then(|id| id.values().next()).expect("an id"))
            .map(|id| format!("element/{}", id.as_str().expect("text")))
            .collect()
    }

    #[track_caller]
    fn element(&self, css: &str) -> String {
        let mut found = self.elements(css);
        assert_eq!(found.len(), 1, "{css} on {}", self.url());
        found.remove(0)
    }

    /// Returns the number of such elements.
    pub(crate) fn count(&self, css: &str) -> usize {
        self.elements(css).len()
    }

    /// The text of every such element, as a person sees it.
    pub(crate) fn texts(&self, css: &str) -> Vec<String> {
        self.elements(css).iter().map(|element| text(self.get(&format!("{element}/text")))).collect()
    }

    /// Clicks the one such element, and waits for the page that follows.
    #[track_caller]
    pub(crate) fn click(&self, css: &str) {
        let (page, element) = (self.element("html"), self.element(css));
        self.post(&format!("{element}/click"), &json!({})).expect("a click");
        let path = format!("{}/{page}/name", self.session);
        eventually("a page that follows", || self.driver.send("GET", &path, &Value::Null).is_err());
    }

    /// Types into the one such field, instead of what is in it.
    #[track_caller]
    pub(crate) fn fill(&self, css: &str, value: &str) {
        let element = self.element(css);
        self.post(&format!("{element}/clear"), &json!({})).expect("an empty field");
        self.post(&format!("{element}/value"), &json!({ "text": value })).expect("a filled field");
    }

    /// Clicks a link that opens a tab, and goes there; returns the first.
    #[track_caller]
    pub(crate) fn click_to_new_tab(&self, css: &str) -> Value {
        let first = self.get("window");
        let element = self.element(css);
        self.post(&format!("{element}/click"), &json!({})).expect("a click");
        eventually("a tab", || self.get("window/handles").as_array().is_some_and(|tabs| tabs.len() == 2));
        let tabs = self.get("window/handles");
        let second = tabs.as_array().into_iter().flatten().find(|tab| **tab != first).expect("a tab");
        self.switch_to(second);
        first
    }

    /// Opens a second tab and goes there; returns the first.
    pub(crate) fn new_tab(&self) -> Value {
        let first = self.get("window");
        let second = self.post("window/new", &json!({ "type": "tab" })).expect("a tab");
        self.switch_to(&second["handle"]);
        first
    }

    /// Goes to a tab.
    pub(crate) fn switch_to(&self, tab: &Value) {
        self.post("window", &json!({ "handle": tab })).expect("the tab");
    }

    /// Runs a script in the page; `return` gives its value.
    #[track_caller]
    pub(crate) fn script(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] })).expect("a value")
    }

    /// Starts a request from the page and returns at once; the `number` is for [`Self::fetched`].
    #[track_caller]
    pub(crate) fn fetch(&self, number: u8, path: &str, form: Option<&str>) {
        let options = match form {
            // A redirect leads to another request, which is none of these tests' business.
            Some(form) => json!({
                "method": "POST", "body": form, "redirect": "manual",
                "headers": { "content-type": "application/x-www-form-urlencoded" },
            }),
            None => json!({}),
        };
        let kept = format!("text => {{ window.fetched{number} = text }}");
        self.script(&format!("fetch('{path}', {options}).then(answer => answer.text()).then({kept})"));
    }

    /// Waits until the answer has come; its body.
    #[track_caller]
    pub(crate) fn fetched(&self, number: u8) -> String {
        let script = format!("return window.fetched{number} ?? null");
        eventually("an answer", || !self.script(&script).is_null());
        text(self.script(&script))
    }

    /// A command of the browser's own protocol.
    #[track_caller]
    pub(crate) fn cdp(&self, command: &str, parameters: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters })).expect("a result")
    }

    /// Lets the test's scripts fetch from the pages, whose policy allows no script anything.
    pub(crate) fn bypass_csp(&self) {
        self.cdp("Page.setBypassCSP", &json!({ "enabled": true }));
    }

    /// Returns every cookie for the page, as the browser keeps it.
    pub(crate) fn cookies(&self) -> Vec<Value> {
        self.cdp("Network.getCookies", &json!({}))["cookies"].as_array().expect("a list").clone()
    }

    /// The value of a cookie, if there is one.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.cookies();
        let cookie = cookies.iter().find(|cookie| cookie["name"] == name)?;
        cookie["value"].as_str().map(String::from)
    }

    /// Sets a cookie of the kind that the shop sets.
    #[track_caller]
    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        // Its own address would do, but for the protocol only https makes a cookie Secure.
        let url = self.url().replacen("http:", "https:", 1);
        let cookie = json!({
            "url": url, "name": name, "value": value, "path": "/",
            "secure": true, "httpOnly": true, "sameSite": "Lax",
        });
        assert_eq!(self.cdp("Network.setCookie", &cookie)["success"], true, "{name}");
        assert_eq!(self.cookie(name).as_deref(), Some(value));
    }

    /// Gives the page another window.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let phone = width < 600;
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.cdp("Emulation.setDeviceMetricsOverride", &size);
    }

    /// The page as it is seen: a PNG file.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let picture = text(self.cdp("Page.captureScreenshot", &json!({ "format": "png" }))["data"].take());
        base64_simd::STANDARD.decode_to_vec(picture).expect("base64")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.driver.send("DELETE", &self.session, &Value::Null));
    }
}

/// The browser's path. Without one the test is skipped, and where one is required it fails.
fn chromium() -> Option<PathBuf> {
    let found = installed();
    if found.is_none() {
        let required = std::env::var_os("GINGERSNAP_BROWSER").is_some_and(|value| value == "required");
        assert!(!required, "GINGERSNAP_BROWSER=required, and chromium or chromedriver is not installed");
        let test = std::thread::current().name().unwrap_or_default().to_owned();
        // Written past the test harness, which hides a passing test's output.
        drop(writeln!(std::io::stderr(), "{test}: skipped, chromium and chromedriver are not installed"));
    }
    found
}

/// Waits until `is_so` returns true; fails after 20 seconds.
#[track_caller]
pub(crate) fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[track_caller]
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => panic!("not a text: {other}"),
    }
}
