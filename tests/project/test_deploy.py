"""What stands in deploy/ can be used as it stands: every variable is explained, and each program takes its file."""

from __future__ import annotations

import ast
import http.server
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
READERS = (ROOT / "cms" / "settings.py", DEPLOY / "gunicorn.conf.py", DEPLOY / "alive.py")
VARIABLE = re.compile(r"^#?([A-Z][A-Z0-9_]+)=", re.MULTILINE)


def variables_read(path):
    """Names of environment variables that a module asks for: env.…("NAME"), required("NAME"), environ.get("NAME")."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            asked = ast.unparse(node.func)
            if asked.startswith("env.") or asked in ("required", "os.environ.get"):
                yield node.args[0].value


READ = {name for path in READERS for name in variables_read(path)}


def test_every_variable_is_explained_in_the_environment_file():
    text = (DEPLOY / "communique.env").read_text()
    named = VARIABLE.findall(text)
    assert set(named) == READ
    assert len(named) == len(set(named))


def test_each_line_of_the_environment_file_is_one_that_systemd_reads():
    for line in (DEPLOY / "communique.env").read_text().splitlines():
        assert not line or line.startswith("#") or re.fullmatch(r"[A-Z][A-Z0-9_]*=\S*", line), line


def test_every_variable_stands_in_the_readme():
    table = (ROOT / "README.md").read_text().split("## Configuration")[1].split("\n## ")[0]
    assert {name for name in READ if f"`{name}`" not in table} == set()


def test_the_container_has_no_secret_and_no_root():
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert all((ROOT / name).exists() for name in copied)
    assert {"cms", "news", "speeches", "templates", "static"} <= set(copied)
    assert not {".", ".env", "var"} & set(copied)
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["communique"]
    assert lines.index("USER communique") < next(n for n, line in enumerate(lines) if line.startswith("CMD"))
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    # A volume that nobody made beforehand would be the super-user's, and nothing could be uploaded.
    volume = next(line.split()[1] for line in lines if line.startswith("VOLUME "))
    made, given, _rest = "".join(lines).partition("chown -R communique:communique var")
    assert given and f"mkdir -p {volume.removeprefix('/srv/communique/')}" in made
    assert not [line for line in lines if re.search(r"(ARG|ENV).*(SECRET|PASSWORD|TOKEN)", line)]


# --- The programs themselves


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def run(*command):
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.once
@pytest.mark.systemd
def test_systemd_takes_the_units(tmp_path):
    python = shutil.which("python3")
    for unit in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.target")]:
        text = re.sub(r"/srv/communique/\.venv/bin/\w+", python, unit.read_text())
        (tmp_path / unit.name).write_text(text)
    assert len(list(tmp_path.iterdir())) == 3
    code, told = run("systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir())))
    ours = [line for line in told.splitlines() if "communique" in line]
    assert (code, ours) == (0, []), told


class Behind(http.server.BaseHTTPRequestHandler):
    """A site behind the proxy, which counts."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, dict[str, str]]] = []
    control = "public, max-age=0, s-maxage=60"
    status = 200

    def do_GET(self):
        self.asked.append((self.command, self.path, {name.title(): value for name, value in self.headers.items()}))
        body = f"{len(self.asked)}".encode()
        sent = self.path.startswith("/media/")
        self.send_response(self.status)
        if not sent:
            self.send_header("Cache-Control", type(self).control)
        self.send_header("Surrogate-Key", "list:en group:1 section:7")
        self.send_header("X-Request-ID", self.headers.get("X-Request-ID", ""))
        if sent:
            self.send_header("X-Accel-Redirect", "/protected/ab/file")
            self.send_header("X-Media-Cache-Control", "public, max-age=31536000, immutable")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    Behind.asked, Behind.control, Behind.status = [], "public, max-age=0, s-maxage=60", 200
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def ask(port, address, method="GET", **headers):
    """Status, headers and body."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{address}", headers={"Host": "press.example.org", **names}, method=method
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


def wait_for(port):
    for _ in range(2000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("It did not start")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    key, pem = folder / "privkey.pem", folder / "fullchain.pem"
    run(
        *"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(),
        *("-subj", "/CN=press.example.org", "-keyout", str(key), "-out", str(pem)),
    )
    return folder


def nginx_configuration(folder, certificate, **changes):
    """The file as an operator has it, with the places that are this machine's."""
    text = (DEPLOY / "nginx.conf").read_text()
    places = {
        "/etc/ssl/communique": str(certificate),
        "/srv/communique/var": str(folder / "var"),
        "/var/cache/nginx/communique": str(folder / "cache"),
        "/var/log/nginx/communique.log": str(folder / "access.log"),
        "/etc/nginx/communique-brotli": str(folder / "communique-brotli"),
        **changes,
    }
    for name, place in places.items():
        assert name in text, name
        text = text.replace(name, place)
    (folder / "site.conf").write_text(text)
    main = folder / "nginx.conf"
    main.write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; events {{}} "
        f"http {{ include /etc/nginx/mime.types; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; "
        f"include {folder}/site.conf; }}"
    )
    return main


@pytest.mark.once
@pytest.mark.nginx
def test_nginx_takes_its_file(tmp_path, certificate):
    code, told = run("nginx", "-t", "-c", str(nginx_configuration(tmp_path, certificate)))
    assert code == 0, told
    assert "warn" not in told


@pytest.fixture
def nginx(tmp_path, certificate, site):
    """nginx in front of the site, without TLS. Gives its port and its folder."""
    port, plain = free_port(), free_port()
    static = tmp_path / "var" / "static" / "cms"
    static.mkdir(parents=True)
    (tmp_path / "var" / "media" / "ab").mkdir(parents=True)
    (tmp_path / "var" / "media" / "ab" / "file").write_text("picture")
    for name in ("site.css", "site.0123456789ab.css"):
        (static / name).write_text("plain")
        (static / f"{name}.gz").write_text("packed")
    tmp_path.chmod(0o755)
    main = nginx_configuration(
        tmp_path,
        certificate,
        **{
            "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "    listen [::]:80;\n": "",
            "127.0.0.1:8000": f"127.0.0.1:{site}",
        },
    )
    main.write_text(f"daemon off; user root; {main.read_text()}")
    process = subprocess.Popen([shutil.which("nginx"), "-c", str(main)], stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port, tmp_path
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.once
@pytest.mark.nginx
def test_nginx_before_the_site(nginx):
    port, folder = nginx

    # A page is kept for as long as it says; each asker has an id of their own, which a stranger cannot choose.
    first, second = ask(port, "/en/?q=Jane", X_Request_ID="chosen-by-me"), ask(port, "/en/?q=Jane")
    assert (first[2], second[2], len(Behind.asked)) == (b"1", b"1", 1)
    passed_on = Behind.asked[0][2]
    assert first[1]["X-Request-ID"] == passed_on["X-Request-Id"] != "chosen-by-me"
    assert second[1]["X-Request-ID"] not in (first[1]["X-Request-ID"], None)
    assert (passed_on["X-Forwarded-For"], passed_on["Host"]) == ("127.0.0.1", "press.example.org")
    assert first[1]["Surrogate-Key"] is None

    # Who is signed in gets what the site says, and what may not be kept is not.
    assert ask(port, "/en/?q=Jane", Cookie="sessionid=x")[2] == b"2"
    Behind.control = "no-cache"
    assert [ask(port, "/en/news/")[2] for _ in range(2)] == [b"3", b"4"]

    # A forged origin is replaced by the true one.
    ask(port, "/admin/", X_Forwarded_For="127.0.0.1", X_Forwarded_Proto="https")
    assert Behind.asked[-1][2]["X-Forwarded-For"] == "127.0.0.1"
    assert Behind.asked[-1][2]["X-Forwarded-Proto"] == "http"

    # What is for those who run the site stays inside; the folder of files has no address.
    before = len(Behind.asked)
    assert [ask(port, path)[0] for path in ("/metrics", "/readyz", "/protected/ab/file")] == [404, 404, 404]
    assert len(Behind.asked) == before

    # A file comes from the disk once the site has said yes.
    status, headers, body = ask(port, "/media/key/name.jpg")
    assert (status, body) == (200, b"picture")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    before = len(Behind.asked)
    ask(port, "/media/key/name.jpg")
    assert len(Behind.asked) == before + 1  # the site is asked each time

    # Static files: compressed beforehand, and for good where their name says what is in them.
    status, headers, body = ask(port, "/static/cms/site.0123456789ab.css", Accept_Encoding="gzip")
    assert (status, body, headers["Content-Encoding"]) == (200, b"packed", "gzip")
    assert "immutable" in headers["Cache-Control"]
    assert "immutable" not in ask(port, "/static/cms/site.css")[1]["Cache-Control"]
    assert ask(port, "/static/cms/site.css")[2] == b"plain"
    assert "Jane" not in (folder / "access.log").read_text()


@pytest.mark.once
@pytest.mark.varnish
def test_varnish_takes_its_file():
    code, told = run("varnishd", "-C", "-f", str(DEPLOY / "varnish.vcl"))
    assert code == 0, told


@pytest.fixture
def varnish(tmp_path, site):
    port = free_port()
    text = (DEPLOY / "varnish.vcl").read_text().replace('.port = "8000"', f'.port = "{site}"')
    (tmp_path / "site.vcl").write_text(text.replace(".initial = 3", ".initial = 5"))
    command = ["varnishd", "-F", "-a", f"127.0.0.1:{port}", "-f", str(tmp_path / "site.vcl"), "-n", str(tmp_path / "n")]
    process = subprocess.Popen(
        [shutil.which(command[0]), *command[1:], "-s", "malloc,20m", "-j", "none"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def pages_asked():
    return [path for _method, path, _headers in Behind.asked if path != "/healthz"]


@pytest.mark.once
@pytest.mark.varnish
def test_varnish_before_the_site(varnish):
    port = varnish
    first, second = ask(port, "/en/"), ask(port, "/en/", Cookie="theme=dark")
    assert first[2] == second[2]
    assert pages_asked() == ["/en/"]
    assert first[1]["Surrogate-Key"] is None
    assert first[1]["X-Request-ID"] not in (second[1]["X-Request-ID"], None, "")
    ask(port, "/en/", Cookie="sessionid=x")
    assert pages_asked() == ["/en/", "/en/"]

    # What changed is told by name, and what did not stays.
    tell = {"Surrogate-Key": "group:1 list:ru", "Surrogate-Key-Pattern": "(^| )(group:1|list:ru)( |$)"}
    other = {**tell, "Surrogate-Key-Pattern": "(^| )(group:12|list:e)( |$)"}
    assert ask(port, "/", method="BAN", **other)[0] == 200
    ask(port, "/en/")
    assert len(pages_asked()) == 2
    assert ask(port, "/", method="BAN", **tell)[0] == 200
    ask(port, "/en/")
    assert len(pages_asked()) == 3
    for wrong in ("", 'a" || obj.status == 200', "(unclosed"):
        assert ask(port, "/", method="BAN", **{"Surrogate-Key-Pattern": wrong})[0] == 400
    assert [ask(port, path)[0] for path in ("/metrics", "/readyz")] == [404, 404]


@pytest.mark.once
@pytest.mark.varnish
def test_varnish_sends_old_pages_in_trouble_where_they_say_so(varnish):
    port = varnish
    Behind.control = "public, max-age=0, s-maxage=1, stale-if-error=3600"
    good = ask(port, "/en/")[2]
    Behind.control = "public, max-age=0, s-maxage=1"
    assert ask(port, "/en/news/")[0] == 200
    Behind.status = 503
    time.sleep(1.2)
    assert [ask(port, "/en/")[::2] for _ in range(3)] == [(200, good)] * 3
    assert ask(port, "/en/news/")[0] == 503
