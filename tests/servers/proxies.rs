//! Proxies in front of applications, as Debian has them: nginx and Caddy.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use super::{Directory, PATIENCE, Running, free_port, in_path, unless_missing, until};

/// A proxy on a free port.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    _running: Running,
    directory: Directory,
}

impl Proxy {
    /// nginx with `auth_request`, and without `auth_request_set`: it asks the application before it passes a request on, and
    /// drops what cookies that answer sets.
    pub(crate) fn nginx(application: u16) -> Option<Self> {
        Self::nginx_with(|_, port| {
            format!(
                "server {{\nlisten 127.0.0.1:{port};\n\
                 location /in/ {{ proxy_pass http://127.0.0.1:{application}; }}\n\
                 location = /asked {{ internal; proxy_pass http://127.0.0.1:{application}/who; }}\n\
                 location / {{ auth_request /asked; proxy_pass http://127.0.0.1:{application}; }}\n\
                 }}\n"
            )
        })
    }

    /// nginx with what `http` says in its block of this name, by the directory of its files and its port.
    pub(crate) fn nginx_with(http: impl Fn(&str, u16) -> String) -> Option<Self> {
        let program = unless_missing(in_path("nginx").or_else(|| in_path_of_root("nginx")), "nginx")?;
        Some(Self::start("nginx", |directory, port| {
            let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map(|kind| format!("{kind}_temp_path {directory}/{kind};\n"))
                .concat();
            let text = format!(
                "daemon off;\npid {directory}/pid;\nerror_log stderr;\nworker_processes 1;\n\
                 events {{}}\n\
                 http {{\naccess_log off;\n{temporary}{}}}\n",
                http(directory, port)
            );
            let config = format!("{directory}/config");
            fs::write(&config, text).unwrap();
            Running::start(&program, &["-e", "stderr", "-c", &config], false, &log(directory))
        }))
    }

    /// Caddy with `forward_auth`: it asks and drops likewise.
    pub(crate) fn caddy(application: u16) -> Option<Self> {
        Self::caddy_with(|port| {
            let sites = format!(
                "http://127.0.0.1:{port} {{\n\
                 handle /in/* {{\nreverse_proxy 127.0.0.1:{application}\n}}\n\
                 handle {{\n\
                 forward_auth 127.0.0.1:{application} {{\nuri /who\n}}\n\
                 reverse_proxy 127.0.0.1:{application}\n\
                 }}\n}}\n"
            );
            ["auto_https off".into(), sites]
        })
    }

    /// Caddy with global options and sites, by its port.
    pub(crate) fn caddy_with(parts: impl Fn(u16) -> [String; 2]) -> Option<Self> {
        let program = unless_missing(in_path("caddy"), "caddy")?;
        Some(Self::start("caddy", |directory, port| {
            let [options, sites] = parts(port);
            let text = format!("{{\nadmin off\nstorage file_system {directory}\n{options}\n}}\n{sites}");
            let config = format!("{directory}/config");
            fs::write(&config, text).unwrap();
            // It keeps its last configuration in the home of whoever runs it, unless there is another place for it.
            let home = format!("XDG_CONFIG_HOME={directory}");
            let program = program.to_str().unwrap();
            let arguments = [&home, program, "run", "--config", &config, "--adapter", "caddyfile"];
            Running::start(Path::new("/usr/bin/env"), &arguments, false, &log(directory))
        }))
    }

    /// The directory of its files.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory.0
    }

    fn start(what: &str, run: impl Fn(&str, u16) -> Running) -> Self {
        let directory = Directory::new(what);
        // Somebody else may take the port before the proxy does.
        for _ in 0..5 {
            let port = free_port();
            let running = run(directory.text(), port);
            let answers = || TcpStream::connect(("127.0.0.1", port)).is_ok();
            if until(PATIENCE, || answers() || !running.is_there()) && running.is_there() {
                return Self { port, _running: running, directory };
            }
        }
        panic!("{what} does not start: {}", fs::read_to_string(log(directory.text())).unwrap_or_default());
    }
}

fn log(directory: &str) -> PathBuf {
    Path::new(directory).join("log")
}

/// Debian has servers where the paths of users do not lead.
fn in_path_of_root(name: &str) -> Option<PathBuf> {
    let path = Path::new("/usr/sbin").join(name);
    path.exists().then_some(path)
}
