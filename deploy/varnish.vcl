# Varnish before the site, for sites that are asked more than one machine answers. TLS ends before it (hitch, HAProxy,
# nginx), which sets X-Forwarded-Proto and -For. `varnishd -C -f deploy/varnish.vcl` looks at it.
#
# Set BEHIND_PROXY=on and PAGE_PURGE=ban+http://127.0.0.1:6081/ (the address of this Varnish, as the site reaches it).

vcl 4.1;

import std;

backend communique {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 3s;
    .first_byte_timeout = 65s;
    .probe = {
        # By its own life alone: the site answers from what it keeps while its database is away.
        .request =
            "GET /healthz HTTP/1.1"
            "Host: press.example.org"
            "Connection: close";
        .interval = 2s;
        .timeout = 2s;
        .window = 5;
        .threshold = 3;
        .initial = 3;
    }
}

# Who may say that pages changed: the machines of the site.
acl of_the_site {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "BAN") {
        if (client.ip !~ of_the_site) {
            return (synth(405));
        }
        if (req.http.Surrogate-Key-Pattern !~ "^[A-Za-z0-9:_.()|$^ -]+$") {
            return (synth(400, "No keys"));
        }
        # A ban is split at its blanks, so none may stand in its pattern.
        set req.http.Pattern = regsuball(req.http.Surrogate-Key-Pattern, " ", "[[:blank:]]");
        if (std.ban("obj.http.Surrogate-Key ~ " + req.http.Pattern)) {
            return (synth(200, "Banned"));
        }
        return (synth(400, "Not understood: " + std.ban_error()));
    }
    if (req.url ~ "^/(metrics|readyz)$") {
        return (synth(404));
    }
    # The id of a request is made here, where it comes in, unless the machine that ends TLS has made one.
    if (client.ip !~ of_the_site || !req.http.X-Request-ID) {
        set req.http.X-Request-ID = "v" + std.integer(real=std.round(std.real(time=now) * 1000.0), fallback=0) + "-" + req.xid;
    }
    # Whoever has a session gets what the site says; cookies mean nothing else to it.
    if (req.url ~ "^/admin/" || req.http.Cookie ~ "(^|; *)(sessionid|messages)=") {
        return (pass);
    }
    if (req.method == "GET" || req.method == "HEAD") {
        unset req.http.Cookie;
    }
    # A page is old for as long as nobody could be asked, and not while the site answers.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 10s;
    }
}

sub vcl_hash {
    # The scheme stands in the pages' own addresses. The builtin adds host and path.
    hash_data(req.http.X-Forwarded-Proto);
}

sub vcl_backend_response {
    # How long is said by s-maxage, and never past the next instant at which the page changes. Grace is for trouble: the
    # answer says whether it may be sent then (stale-if-error), which it only does where changes are told to us.
    if (beresp.http.Cache-Control ~ "stale-if-error=") {
        set beresp.grace = std.duration(
            regsub(beresp.http.Cache-Control, "^.*stale-if-error=([0-9]+).*$", "\1") + "s", 10s);
    } elsif (beresp.http.Cache-Control ~ "stale-while-revalidate=") {
        set beresp.grace = std.duration(
            regsub(beresp.http.Cache-Control, "^.*stale-while-revalidate=([0-9]+).*$", "\1") + "s", 0s);
    } else {
        set beresp.grace = 0s;
    }
    # A failure is nobody's page: what was kept goes on being sent where it may.
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }
    set beresp.keep = 1h;  # to ask whether it has changed
}

sub vcl_deliver {
    set resp.http.X-Request-ID = req.http.X-Request-ID;
    # For caches, and no reader's business.
    unset resp.http.Surrogate-Key;
    # How long it may be kept here tells when something is scheduled.
    if (resp.http.Cache-Control ~ "s-maxage") {
        set resp.http.Cache-Control = "no-cache";
    }
    unset resp.http.Via;
    unset resp.http.X-Varnish;
}
