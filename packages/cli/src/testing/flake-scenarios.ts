/** Scripts whose commands real Nix and we answer alike; run by `flakes.reference.test.ts`. */
export const scenarios: Readonly<Record<string, string>> = {
	"the places that errors in flakes passed": `
		flake a '{ outputs = _: throw "x"; }'
		flake b '{ outputs = { self }: { a = 1; } // throw "x"; }'
		flake c '{ outputs = _: 5; }'
		flake d "{ inputs.c.url = \\"path:$W/c\\"; inputs.t = { url = \\"path:$W/t\\"; flake = false; }; outputs = { self, c, t }: { inherit c; d = c.e; t = t.x; }; }"
		flake t 1; n flake lock ./d
		for trace in --no-show-trace --show-trace; do
			n eval $trace ./a#x
			n eval $trace --impure --expr '(builtins.getFlake (toString ./b)).x'
			n flake check $trace ./b
			n eval $trace ./d#c
		done
		rm -rf t c store
		for output in c d t; do n eval ./d#$output; done`,
	"references that cannot be fetched, and arguments that are none": `
		leaf a; repository a
		flake c "{ inputs.a.url = \\"git+file://$W/a\\"; outputs = _: { }; }"
		n flake lock path:$W/nowhere
		n flake lock git+file://$W/nowhere
		n flake lock "git+file://$W/a?ref=nowhere"
		n flake update ./c
		n flake update "" --flake ./c
		n flake update a a --flake ./c
		for rev in 123 0000000000000000000000000000000000000000; do
			flake c "{ inputs.a = { type = \\"git\\"; url = \\"file://$W/a\\"; rev = \\"$rev\\"; }; outputs = _: { }; }"
			n flake lock ./c
		done`,
	"lock files elsewhere": `
		leaf a
		flake c "{ inputs.a.url = \\"path:$W/a\\"; outputs = _: { }; }"
		n flake lock ./c --output-lock-file $W/nowhere/x
		n flake lock ./c --output-lock-file x --commit-lock-file
		n flake lock ./c --reference-lock-file nowhere --output-lock-file y
		show y c/flake.lock`,
	"lock files of the wrong shape": `
		leaf a
		flake c "{ inputs.a.url = \\"path:$W/a\\"; outputs = _: { }; }"
		for lock in '[]' '{"version":"7"}' '{"version":7}' '{"version":7,"root":3,"nodes":{}}' '{"version":7,"root":"r"}' \\
			'{"version":7,"root":"r","nodes":[]}' '{"version":7,"root":"r","nodes":{"r":{"inputs":{"a":1}}}}' \\
			'{"version":7,"root":"r","nodes":{"r":{"inputs":{"a":"a"}},"a":{"locked":{"type":["path"]}}}}'; do
			echo "$lock" > c/flake.lock
			n flake lock ./c --no-update-lock-file
		done`,
	"settings of flakes that are not trusted": `
		flake c '{ nixConfig = { bash-prompt = "x"; max-jobs = 3; allow-dirty = false; unknown = [ "a" "b" ]; }; outputs = _: { a = 1; }; }'
		n eval ./c#a
		n flake lock ./c
		n flake metadata ./c
		mkdir -p home/.local/share/nix
		echo '{"max-jobs":{"3":true},"allow-dirty":{"false":false}}' > home/.local/share/nix/trusted-settings.json
		n eval ./c#a
		echo x > home/.local/share/nix/trusted-settings.json
		n eval ./c#a
		rm home/.local/share/nix/trusted-settings.json
		flake c '{ nixConfig.cores = "many"; outputs = _: { a = 1; }; }'
		n eval ./c#a --accept-flake-config
		flake c "{ nixConfig.commit-lock-file-summary = ''hello''; inputs.c.url = \\"path:$W/c\\"; inputs.c.flake = false; outputs = _: { }; }"
		cp -r c d; repository d
		n flake lock ./d --commit-lock-file
		git -C d log -1 --format=%B >> log`,
	"where messages say that files are": `
		leaf a; repository a
		flake c "{ inputs.a.url = \\"git+file://$W/a\\"; outputs = { self, a }: { x = import ./x.nix; y = import ./nowhere.nix; z = builtins.readFile ./new; w = throw ''w''; }; }"
		echo '{ a = }' > c/x.nix
		n eval path:./c#x
		n eval path:./c#y
		n eval path:./c#w
		repository c
		echo > c/new
		for name in x y z w; do n eval ./c#$name; done
		n eval --impure ./c#x`,
	"trees that builtins fetch": `
		leaf a; cp -r a g; repository g; echo '{ a = }' > a/bad.nix
		n eval --impure --expr "import ((builtins.fetchTree { type = \\"path\\"; path = \\"$W/a\\"; }).outPath + \\"/bad.nix\\")"
		n eval --impure --expr "builtins.readFile ((builtins.fetchGit \\"$W/g\\").outPath + \\"/nowhere\\")"
		n eval --impure --expr "builtins.fetchGit \\"$W/nowhere\\""
		n eval --impure --expr "builtins.fetchTree { type = \\"path\\"; path = \\"$W/nowhere\\"; }"
		n eval --impure --expr "builtins.fetchTarball \\"file://$W/nowhere.tgz\\""
		n eval --expr "builtins.fetchTree { type = \\"path\\"; path = \\"$W/a\\"; }"
		n eval --expr "builtins.fetchTree \\"git+file://$W/g\\""
		n eval --expr "builtins.fetchGit \\"$W/g\\""
		n eval --impure --restrict-eval --expr "builtins.fetchGit \\"$W/g\\""
		n eval --impure --restrict-eval --allowed-uris git+file://$W --expr "(builtins.fetchTree \\"git+file://$W/g\\").rev"
		n eval --impure --override-flake g git+file://$W/g --expr '(builtins.fetchTree "flake:g").rev'
		tar -C $W -czf a.tar.gz --mtime=@1600000000 --sort=name --owner=0 --group=0 a
		n eval --impure --expr "builtins.fetchTarball \\"file://$W/a.tar.gz\\""`,
	"what is shown of outputs": `
		flake c '{ outputs = _: { a = 1; b.c = 2; packages.x86_64-linux = { }; nixosModules.x = { }; }; }'
		n flake show ./c
		n flake show ./c --json`,
	"registries, and trees fetched into the store": `
		leaf a p; repository a
		n registry add x path:$W/p
		n registry add x/v1 "git+file://$W/a?dir=sub"
		n registry list
		n registry resolve x x/v1 github:o/r
		n registry resolve nowhere
		n registry add a git+file://$W/a
		n registry pin a
		n registry remove x
		n registry add y a --registry $W/other.json
		n registry add y a --registry other.json
		n registry add y
		n registry
		show home/.config/nix/registry.json other.json
		n flake prefetch a
		n flake prefetch --json path:$W/p --out-link $W/link
		n flake prefetch git+file://$W/nowhere
		n flake metadata a --no-use-registries
		n flake metadata p --override-input 9x a`,
	"overrides: the last counts, and a folder needs no flake.nix to be named": `
		leaf b c empty; rm empty/flake.nix; touch empty/x
		flake c '{ description = "c"; outputs = _: { }; }'
		flake a "{ inputs.b.url = \\"path:$W/b\\"; outputs = _: { }; }"
		n flake lock ./a --override-input b path:$W/b --override-input b ./c
		show a/flake.lock
		n flake lock ./a --override-input b ./empty
		n flake lock ./a --override-input b ./c#x`,
	"path inputs that change after they were locked": `
		flake b '{ outputs = _: { v = 1; }; }'
		flake a "{ inputs.b.url = \\"path:$W/b\\"; outputs = { self, b }: { inherit (b) v; }; }"
		n flake lock ./a
		flake b '{ outputs = _: { v = 2; }; }'
		n eval ./a#v
		n flake metadata ./a
		n flake lock ./a --override-input nowhere ./b --inputs-from ./a`,
	"where lazy inputs are wanted, and where they say they are": `
		flake q '{ outputs = s: { v = s.nope; }; }'
		flake b "{ inputs.q.url = \\"path:$W/q\\"; outputs = { self, q }: { x = q.v; }; }"
		flake a "{ inputs.b.url = \\"path:$W/b\\"; outputs = { self, b }: { x = b.x; y = b; }; }"
		n eval --show-trace ./a#x
		n eval --show-trace ./a#x
		flake b '{ outputs = _: throw "no"; }'
		n flake update --flake ./a
		n eval --show-trace ./a#y.z`,
	"what is warned of before anything is fetched": `
		leaf a b c; repository b c; echo >> b/flake.nix
		flake a "{ inputs.b.url = \\"git+file://$W/b\\"; inputs.b.inputs.q.follows = \\"b\\"; outputs = _: { }; }"
		n flake lock ./a --override-input c git+file://$W/c --override-input z git+file://$W/c
		n flake metadata ./a --override-input c git+file://$W/c --no-write-lock-file`,
	"lock files with odd numbers": `
		leaf b
		flake a "{ inputs.b.url = \\"path:$W/b\\"; outputs = _: { }; }"
		n flake lock ./a
		cp a/flake.lock good
		for m in 1.5 1e3 99999999999 18446744073709551616 '"1"' null; do
			sed "s/\\"lastModified\\": .*/\\"lastModified\\": $m,/" good > a/flake.lock
			n flake metadata ./a
		done`,
	"registries that are odd": `
		leaf p
		mkdir -p home/.config/nix
		good="{\\"from\\":{\\"type\\":\\"indirect\\",\\"id\\":\\"x\\"},\\"to\\":{\\"type\\":\\"path\\",\\"path\\":\\"$W/p\\"}}"
		for f in null "[$good,1]" "{\\"a\\":$good}" '[{"from":{"type":"indirect","id":"x"}}]' '[[]]' "\\"x\\""; do
			echo "{\\"version\\":2,\\"flakes\\":$f}" > home/.config/nix/registry.json
			n registry list
		done
		echo '[]' > home/.config/nix/registry.json
		n registry list`,
	"repositories without a worktree, folders not to be exported, and folders that begin with a slash": `
		leaf g; mkdir g/d g/e; touch g/d/x g/e/x
		printf 'd/ export-ignore\\ne/* export-ignore\\n' > g/.gitattributes
		repository g
		git clone -q --bare g b.git
		n flake metadata --json git+file://$W/b.git
		n flake metadata git+file://$W/b.git?ref=nowhere
		n flake metadata --json "git+file://$W/g?dir=/"
		n flake metadata "git+file://$W/g?ref=main&dir=d"
		for url in g g?ref=main b.git; do
			n eval --json --impure --expr "builtins.mapAttrs (n: t: if t == \\"directory\\" then builtins.readDir (builtins.fetchTree \\"git+file://$W/$url\\" + \\"/\${n}\\") else t) (builtins.readDir (builtins.fetchTree { type = \\"git\\"; url = \\"file://$W/g\\"; exportIgnore = true; }))"
		done`,
	"archives: whole, of one file, damaged and mended": `
		leaf a; mkdir a/sub; seq 5000 > a/big; printf x > one
		pack() { tar -C $W -c --mtime=@1600000000 --sort=name --owner=0 --group=0 "$@"; }
		pack a > a.tar; pack one > one.tar; gzip -n < a.tar > a.tar.gz; bzip2 < a.tar > a.tar.bz2
		for f in one.tar a.tar.bz2; do n eval --impure --expr "builtins.readDir (builtins.fetchTarball \\"file://$W/$f\\")"; done
		n eval --impure --expr "(import \\"\${builtins.fetchTarball \\"file://$W/a.tar.gz\\"}/flake.nix\\").outputs { }"
		n eval --impure --expr "import (builtins.fetchTarball \\"file://$W/a.tar\\" + \\"/nowhere.nix\\")"
		n flake metadata file://$W/one.tar
		n flake metadata "file://$W/a.tar.gz?dir=sub"
		for f in a.tar a.tar.gz a.tar.bz2; do
			head -c 2000 $f > cut-$f
			n eval --impure --expr "(builtins.fetchTree \\"file://$W/cut-$f\\").narHash"
			cp $f cut-$f
			n eval --impure --expr "(builtins.fetchTree \\"file://$W/cut-$f\\").narHash"
		done
		for size in 60 100 150; do
			head -c $size a.tar.gz > cut.tar.gz
			n eval --impure --expr "(builtins.fetchTree \\"file://$W/cut.tar.gz\\").narHash"
		done
		echo x > bad.zip; echo x > bad.tar
		for f in bad.zip bad.tar; do n eval --impure --expr "(builtins.fetchTree \\"file://$W/$f\\").narHash"; done
		n eval --impure --expr 'builtins.fetchTarball "nowhere"'
		n eval --impure --expr 'builtins.fetchurl "odd://x/y"'
		n eval --impure --expr 'builtins.fetchurl "http://"'`,
};
