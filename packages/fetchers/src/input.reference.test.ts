import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBytes, toBytes } from "@tsnix/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inputFromURL, inputToURL } from "./input";

// In pure evaluation `fetchTree URL` fails, and says how it writes the input or what is wrong with the URL.

let home: string;
beforeAll(() => {
	home = mkdtempSync(join(tmpdir(), "tsnix-input-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const real = (url: string): string => {
	const expression = `builtins.fetchTree ${JSON.stringify(url).replaceAll("$", "\\$")}`;
	const env = { HOME: home, NIX_CONFIG: "experimental-features = nix-command flakes fetch-tree" };
	const program = join(process.env.TSNIX_REFERENCE as string, "bin/nix");
	const { stderr } = spawnSync(program, ["eval", "--store", "dummy://", "--expr", expression], {
		env,
		encoding: "utf8",
	});
	return (/^ *error: (?!$)(.*)$/m.exec(stderr)?.[1] ?? stderr).trim();
};

const ours = (url: string): string => {
	try {
		const written = fromBytes(inputToURL(inputFromURL(toBytes(url))));
		return `in pure evaluation mode, 'fetchTree' doesn't fetch unlocked input '${written}'`;
	} catch (error) {
		return fromBytes((error as Error).message);
	}
};

test.each([
	"http://x/#%zz",
	"foo bar",
	"foo:",
	"//a/b",
	"http:",
	"http:///a",
	"http://[::1%eth0]/x",
	"http://[v1.a]/x",
	"http://a@b@c/",
	"http://x?y",
	"http://x#",
	"http://x.org:0/",
	"http://x.org:65535/",
	"http://x.org:65536/",
	"http://x.org:0080/",
	"http://X%41.org/%41%2f%20~!$'()*+,;=:@",
	"http://x/?a=%2f%26=&c==",
	"http://x/?=b",
	"http://x/?a=",
	"http://u:@h/",
	"http://:p@h/",
	"http://@h/",
	"http://x//y//",
	"github:a//b/c/d/",
	"github:A/b/-x",
	"github:a/b/@",
	"github:a/b/x.lock",
	"github:a/b/FOO/x",
	"file+http://x/y",
	"tarball+file:///x",
	"file:///x",
	"file:x",
	"file:",
	"file:///a%2fb",
	"path:/a%2fb",
	"git+ssh://git@x:y/z",
	"git+ssh://git@x/y?dir=a&submodules=1&shallow=0&allRefs=1&foo=2",
	"git+file:rel/a",
	"git+file:///a?rev=0000000000000000000000000000000000000000&ref=x",
	"git://x/y",
	"git+https://x/y?exportIgnore=1&lfs=1&verifyCommit=1",
	"git+https://x/y?exportIgnore=1&lfs=1",
	"sourcehut:~a/b/c",
	"flake:a/0000000000000000000000000000000000000000",
	"flake:a/r/0000000000000000000000000000000000000000",
	"http://x/y.tar.gz?rev=0000000000000000000000000000000000000000&name=a&unpack=1&z=1&lastModified=3",
	"git+http://x/y?rev=zz",
	"path:",
	"path:/a/./b//c/",
	"http://x/a;b?c;d=1",
	"http://x/a~b?c~d=1",
	"git+file:///a b",
	"http://x/%",
	"http://x/%4",
	"http://x/a[b",
	"http://x/?a/b?c=d",
	"a1+.-:x",
	"path:/a#f",
	"http://x/a?b#c%20d",
	"http://[::1]extra/",
	"http://[1::2::3]/",
	"http://[1:2]/",
	"http://a%zzb/",
	"http://a%41b:12/",
	"http://a$b/",
	"http://a:1:2/",
	"http://x/#^",
	"http://x/#a[]",
	"http://x/?a=%00",
	"path:/a%00b",
	"git+file:///a%00",
	"git+file:///a//b/../c",
	"git+file://a/b",
	"git+file:/a/b",
	"git+file:./a",
	"http://x/?%zz=1",
	"file+file:///a.tar",
	"http+x://y/z",
	"git+git://x",
	"git+ssh://x/y?ref=a%20b",
	"gitlab:a/b/c/d/e",
	"gitlab:a%2Fb/c",
	"github:a/b?rev=xyz",
	"github:a/b?ref=",
	"github:a/b?rev=",
	"indirect:a",
	"tarball:a",
	"mercurial:a",
	"path:?x",
	"http://x/é",
	"git+file:///a/b?ref=a b",
	"path://a/b",
	"path:/a?foo=1",
	"path:/a?lastModified=x",
	"file+git:///x",
	"github:a",
	"github:a/b/c?ref=d",
	"github:a/b?host=x_y",
	"github:a/b/c..d",
	"git+https://x/y?rev=12",
	"flake:a/b/c",
	"flake:1a",
	"flake:a/b/c/d",
	"hg+http://x/y?ref=!",
	"git:a",
	"HTTP://X.org/A",
	"hg+ssh://x/y?ref=default&z=1",
	"path:/a?revCount=%2B5&lastModified=-5",
	"path:/a?revCount=05",
])("%s", (url) => expect(ours(url)).toBe(real(url)));
