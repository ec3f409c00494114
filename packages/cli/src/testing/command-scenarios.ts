/** Packages to search, and flakes around them. */
const flakes = `
	P=$(dirname $(command -v mkdir))
	flake packages "{ outputs = _: let mk = name: description: derivation { inherit name; system = ''x86_64-linux''; builder = ''/bin/sh''; args = [ ''-c'' ''PATH=$P; echo \\$name > \\$out'' ]; } // { meta.description = description; }; in { packages.x86_64-linux = { default = mk ''hello-1.0'' ''A friendly greeting''; tool = mk ''tool-2'' ''Makes things, and THINGS''; }; legacyPackages.x86_64-linux = { old = mk ''old-0.1'' ''An old tool''; fails = throw ''x''; sets = { recurseForDerivations = true; deep = mk ''deep-3'' ''Deep down''; }; hidden.one = mk ''hidden'' ''Not seen''; }; }; }"
`;

/** Scripts whose commands real Nix and we answer alike; run by `commands.reference.test.ts`. */
export const scenarios: Readonly<Record<string, string>> = {
	"nix search": `${flakes}
		n nix search ./packages ^; n nix search ./packages tool; n nix search ./packages tool old; n nix search ./packages ^ -e old -e Deep
		n nix search ./packages hello --json; n nix search ./packages 'DEEP|greet' --json --pretty; n nix search ./packages nothing
		n nix search ./packages nothing --json; n nix search ./packages; n nix search ./packages#legacyPackages.x86_64-linux.sets ^
		n nix search ./packages#packages hello; n nix search ./packages#nothing ^; n nix search ./packages '['; n nix search ./packages ^ -e '('
		n nix search --file packages/flake.nix '' ^; n nix search --expr '{ a = 1; }' '' ^`,
	"nix-prefetch-url": `
		echo hello > file; mkdir dir; echo a > dir/a; echo b > dir/b
		tar --mtime=@1 --sort=name --owner=0 --group=0 -cf dir.tar dir; tar --mtime=@1 --sort=name --owner=0 --group=0 -czf two.tar.gz dir file; tar --mtime=@1 --owner=0 --group=0 -cJf one.tar.xz file
		n nix-prefetch-url file://$W/file; n nix-prefetch-url --print-path file://$W/file; n nix-prefetch-url --type sha1 file://$W/file
		n nix-prefetch-url --type md5 --name other file://$W/file; n nix-prefetch-url --executable --print-path file://$W/file
		for archive in dir.tar two.tar.gz one.tar.xz; do n nix-prefetch-url --unpack --print-path file://$W/$archive; done
		n nix-prefetch-url --unpack file://$W/file; n nix-prefetch-url --name .x file://$W/file; n nix-prefetch-url file://$W/nothing
		n nix-prefetch-url; n nix-prefetch-url a b c; n nix-prefetch-url --type x y; n nix-prefetch-url nothing
		hash=$(nix-hash --flat --type sha256 --base32 file)
		n nix-prefetch-url file://$W/file $hash; n nix-prefetch-url --name new file://$W/file $hash; n nix-prefetch-url file://$W/file xyz
		n nix store prefetch-file --json file://$W/file; n nix store prefetch-file file://$W/file; n nix store prefetch-file --unpack --json file://$W/dir.tar
		n nix store prefetch-file --expected-hash $(nix hash file file) --name again file://$W/file`,
	templates: `
		mkdir -p t/files/sub; echo one > t/files/a; echo two > t/files/sub/b; ln -s a t/files/link; chmod +x t/files/sub/b
		flake t '{ outputs = _: { templates.default = { path = ./files; description = "the default"; welcomeText = "# Hello\\nDo this."; }; templates.other = { path = ./files/sub; description = "another"; }; templates.bad = { description = "no path"; }; templates.text = { path = "x"; description = "y"; }; }; }'
		mkdir one; cd one; n nix flake init -t path:$W/t; n find . ; n nix flake init -t path:$W/t; echo changed > a; n nix flake init -t path:$W/t; show one/a; cd $W
		n nix flake new -t path:$W/t#other two; n find two; n nix flake new -t path:$W/t#bad three; n nix flake new -t path:$W/t#nothing four
		n nix flake new -t path:$W/t#text five; n nix flake new -t path:$W/nothing six; n nix flake new; n nix flake init more
		mkdir seven; cd seven; git init -q .; n nix flake init -t path:$W/t#other; n git status --short`,
	"nix flake archive, and --inputs-from": `
		flake a '{ outputs = _: { x = "of a"; }; }'; flake b '{ inputs.a.url = "path:'$W/a'"; outputs = { a, ... }: { y = a.x; }; }'
		flake c '{ inputs.b.url = "path:'$W/b'"; inputs.plain = { url = "path:'$W/a'"; flake = false; }; outputs = { b, ... }: { z = b.y; }; }'
		n nix flake archive ./c --dry-run --json; n nix flake archive ./c; n nix flake archive ./c --json; n bash -c "nix flake archive ./c --to file://$W/cache 2>&1 | sort"; n ls cache
		n nix flake prefetch ./c --json; n bash -c "nix flake prefetch-inputs ./c 2>&1 | sort"; n nix flake archive ./nothing
		n nix eval --inputs-from ./c b#y; n nix eval --inputs-from ./c b#x; n nix eval --inputs-from ./c nothing#x; n nix eval b#y
		n nix eval --inputs-from ./nothing b#y; n nix flake metadata --inputs-from ./c b --json; n nix build --inputs-from ./c plain#x --no-link`,
	"builtins.fetchClosure": `${flakes}
		out=$(nix build ./packages#tool --no-link --print-out-paths); nix copy --to file://$W/cache $out
		ca=$(nix store make-content-addressed --json $out | sed 's/.*:"\\(.*\\)".*/\\1/'); nix copy --to file://$W/cache $ca
		export NIX_STORE_DIR=$W/store NIX_STATE_DIR=$W/state2; nix-store --init; mv store store-old
		fetch() { n nix eval --raw --expr "builtins.fetchClosure { fromStore = \\"file://$W/cache\\"; $1 }"; }
		fetch "fromPath = $ca;"; fetch "fromPath = $out;"; fetch "fromPath = $out; inputAddressed = true;"; fetch "fromPath = $ca; inputAddressed = true;"
		fetch "fromPath = $out; toPath = $ca;"; fetch "fromPath = $out; toPath = $out;"; fetch "fromPath = $out; toPath = \\"\\";"
		fetch "fromPath = $W/store/00000000000000000000000000000000-x;"; fetch ""; fetch "fromPath = $ca; more = 1;"
		n nix eval --expr "builtins.fetchClosure { fromStore = \\"http://localhost:1\\"; fromPath = $ca; more = 1; }"; n nix eval --expr 'builtins.fetchClosure { fromStore = 1; }'`,
	"machines that build for this one": `${flakes}
		build() { nix-build --no-out-link --max-jobs 0 --builders "$1" --expr "derivation { name = \\"$2\\"; system = \\"x86_64-linux\\"; builder = \\"/bin/sh\\"; args = [ \\"-c\\" \\"PATH=$P; echo $2 > \\$out; echo told >&2\\" ]; $3 }"; }
		n build "ssh-ng://localhost?remote-store=$W/remote x86_64-linux - 1 1 x" nowhere 'requiredSystemFeatures = [ "y" ];'
		n build "$W/remote i686-linux" wrong; n build "$W/remote x86_64-linux - 1 1 big big" big; n build "@$W/nothing" x
		export NIX_CONFIG="sandbox-paths = /usr /bin /lib /lib64"
		n build "$W/remote x86_64-linux" plain; n build "$W/remote x86_64-linux - 1 1 big big" bigger 'requiredSystemFeatures = [ "big" ];'
		echo "$W/remote x86_64-linux - 2 1" > machines; n build "@$W/machines" listed
		n nix-store --verify --check-contents`,
};
