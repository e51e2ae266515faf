//! A browser without eyes: it keeps cookies, sends `Origin` with its forms and shows each response.

use std::collections::BTreeMap;

use crate::help::{Server, status};

/// Where a browser goes.
pub(crate) trait Site: Sync {
    /// Scheme and host, as browsers see them.
    fn origin(&self) -> String;

    /// Sends one request and reads until the other end closes.
    fn ask(&self, request: &str) -> String;
}

impl Site for Server {
    fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    fn ask(&self, request: &str) -> String {
        self.ask(request)
    }
}

pub(crate) struct Browser<'s> {
    site: &'s dyn Site,
    pub(crate) cookies: BTreeMap<String, String>,
}

pub(crate) struct Page {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Page {
    pub(crate) fn parse(response: &str) -> Self {
        let (head, body) = response.split_once("\r\n\r\n").expect("a head");
        Self { status: status(response), head: head.to_owned(), body: body.to_owned() }
    }

    /// The values of all fields of a name.
    pub(crate) fn fields<'p>(&'p self, name: &str) -> Vec<&'p str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        assert!(self.body.contains(text), "{text:?} is not in: {}", self.body);
    }

    #[track_caller]
    pub(crate) fn does_not_say(&self, text: &str) {
        assert!(!self.body.contains(text), "{text:?} is in: {}", self.body);
    }

    #[track_caller]
    pub(crate) fn leads_to(&self, path: &str) {
        assert_eq!((self.status, self.fields("location")), (303, vec![path]), "{}", self.body);
    }
}

impl<'s> Browser<'s> {
    pub(crate) fn new(site: &'s dyn Site) -> Self {
        Self { site, cookies: BTreeMap::new() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, "", "")
    }

    /// Sends a form as our own pages do.
    pub(crate) fn post(&mut self, path: &str, form: &str) -> Page {
        let origin = format!("origin: {}\r\n", self.site.origin());
        self.send("POST", path, &origin, form)
    }

    /// Sends a form and goes where the answer leads.
    #[track_caller]
    pub(crate) fn submit(&mut self, path: &str, form: &str) -> Page {
        let mut page = self.post(path, form);
        while page.status == 303 {
            page = self.get(&page.fields("location").concat());
        }
        page
    }

    pub(crate) fn send(&mut self, method: &str, path: &str, fields: &str, form: &str) -> Page {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookie =
            if cookies.is_empty() { String::new() } else { format!("cookie: {}\r\n", cookies.join("; ")) };
        let origin = self.site.origin();
        let host = origin.split("//").nth(1).expect("a host");
        let page = Page::parse(&self.site.ask(&format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{cookie}{fields}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len(),
        )));
        for set in page.fields("set-cookie") {
            let (name, rest) = set.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        page
    }
}
