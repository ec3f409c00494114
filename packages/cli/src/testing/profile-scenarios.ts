/** Flakes and an expression with packages, which the scripts below work with. */
const packages = `
	P=$(dirname $(command -v mkdir))
	make() { flake $1 "{ outputs = _: let mk = name: file: rest: derivation ({ inherit name; system = ''x86_64-linux''; builder = ''/bin/sh''; args = [ ''-c'' ''PATH=$P; mkdir -p \\$out/bin; echo \\$name > \\$out/bin/\${file}; \\$more'' ]; } // rest); in { packages.x86_64-linux = { default = mk ''$2'' ''$3'' { } // { $4 }; other = mk ''other-1'' ''other'' { } // { meta.priority = 3; }; file = ./flake.nix; }; }; }"; }
	echo 'let mk = name: derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "PATH='$P'; mkdir -p $out/bin; echo $name > $out/bin/$name" ]; }; in { foo1 = mk "foo-1.0"; foo2 = mk "foo-2.0"; bar = mk "bar-0.1"; prio = mk "foo-0.5" // { meta.priority = 1; }; keeps = mk "kept-1" // { meta.keep = true; }; }' > p.nix
`;

/** Scripts whose commands real Nix and we answer alike; run by `profiles.reference.test.ts`. */
export const scenarios: Readonly<Record<string, string>> = {
	"nix profile: packages come and go": `${packages}
		make one hello-1.0 hello; make two hello-2.0 hello; make three three-3 three 'meta.priority = 7;'
		n nix profile list; n nix profile history
		n nix profile add ./one; n nix profile add ./one; n nix profile add ./one ./one#other
		n nix profile list; n nix profile list --json; n nix profile list --json --pretty
		n nix profile add ./two; n nix profile add ./two --priority 4
		n nix profile install ./three ./three#file "./three#other^*"
		n nix profile list
		n readlink $HOME/.nix-profile/bin/hello; show $HOME/.nix-profile/manifest.json
		n nix profile history; n nix profile diff-closures
		make one hello-1.1 hello
		n nix profile upgrade one; n nix profile upgrade nothing; n nix profile upgrade --regex '.*TWO.*' file
		n nix profile remove --regex nothing; n nix profile remove --regex '.*two.*'; n nix profile remove other other-1
		n nix profile rollback; n nix profile rollback --to 1; n nix profile rollback --to 100
		n nix profile wipe-history --dry-run; n nix profile wipe-history --older-than 3d; n nix profile wipe-history
		n nix profile history
		n nix profile remove --all; n nix profile list; n nix profile remove --all`,
	"nix profile: arguments that are none": `${packages}
		n nix profile; n nix profile nothing; n nix profile list more; n nix profile remove; n nix profile remove 1
		n nix profile remove --all x; n nix profile rollback; n nix profile rollback --to x; n nix profile rollback --to -1
		n nix profile wipe-history --older-than 3; n nix profile add --priority x ./one; n nix profile add --priority 3y ./one
		n nix profile list --profile $W/nothing; n nix profile history --profile $W/nothing/x`,
	"nix profile: profiles of nix-env, store paths, other profiles": `${packages}
		n nix-env -f p.nix -i foo-1.0 bar
		n nix profile list; n nix profile history; n nix profile list --json
		out=$(nix-build --no-out-link p.nix -A foo2)
		n nix profile add $out; n nix profile add --file p.nix bar; n nix profile add --impure --expr '(import ./p.nix).keeps'
		n nix profile list; n nix-env -q; n nix profile upgrade --all; n nix profile remove $out; n nix profile list
		n nix profile add --profile $W/other $out; n nix profile list --profile ./other; n nix profile history --profile ./other`,
	"nix profile: manifests of every version": `${packages}
		out=$(nix-build --no-out-link p.nix -A foo2); rev=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
		for version in 1 2 3 4; do
			mkdir -p imported
			echo '{ "version": '$version', "elements": [ { "active": true, "attrPath": "legacyPackages.x86_64-linux.hello", "originalUrl": "flake:nixpkgs", "url": "github:NixOS/nixpkgs/'$rev'", "originalUri": "flake:old", "uri": "github:NixOS/nixpkgs/'$rev'", "outputs": [ "out", "dev" ], "priority": 6, "storePaths": [ "'$out'" ] }, { "active": false, "storePaths": [ "'$out'" ] } ] }' > imported/manifest.json
			nix build --profile $W/p$version --no-link $(nix store add-path imported)
			n nix profile list --profile $W/p$version; n nix profile list --json --profile $W/p$version
			n nix profile remove hello --profile $W/p$version; n nix profile list --profile $W/p$version
		done`,
	"nix-env: changes of a profile": `${packages}
		n nix-env -f p.nix -i 'foo' bar; n nix-env -q --out-path; n nix-env -f p.nix -iA foo1; n nix-env -q
		n nix-env -f p.nix -u; n nix-env -f p.nix -u --eq; n nix-env -f p.nix -u --always foo; n nix-env -q
		n nix-env -f p.nix -i keeps kept-1; n nix-env -f p.nix -u --leq; n nix-env -e 'nothing'; n nix-env -e bar 'f.*'
		n nix-env --set-flag priority 3 kept; n nix-env --set-flag active false kept; n nix-env --set-flag x
		show $HOME/.nix-profile/manifest.nix
		n nix-env -f p.nix --set bar; n nix-env --rollback; n nix-env -G 2; n nix-env -G 99; n nix-env --rollback; n nix-env --rollback
		n nix-env -f p.nix -i -E 'p: p.bar' --remove-all; n nix-env -q
		n nix-env -i $(nix-build --no-out-link p.nix -A foo2); n nix-env -q; n nix-env -i --from-profile $HOME/.nix-profile bar -p $W/other
		n nix-env -f p.nix -i bar --dry-run -p $W/new; n nix-env -p $W/other -q
		n nix-env --delete-generations 1 2; n nix-env --delete-generations +3; n nix-env --delete-generations old
		n nix-env --delete-generations 0d; n nix-env --delete-generations x; n nix-env --delete-generations
		n nix-env -S $W/other; n readlink $HOME/.nix-profile; n nix-env -q`,
	"nix-channel": `${packages}
		n nix-channel; n nix-channel --list; n nix-channel --add; n nix-channel --add x; n nix-channel --add http://a/b .c; n nix-channel --frob
		n nix-channel --add http://localhost:1/nixos-unstable/; n nix-channel --add https://localhost:1/x-stable y; n nix-channel --list
		show $HOME/.nix-channels
		n nix-channel --remove nixos; n nix-channel --remove nothing; n nix-channel --remove; n nix-channel --remove y; n nix-channel --list x
		mkdir -p served/nixexprs; cp p.nix served/nixexprs/default.nix; (cd served; tar --mtime=@1 --sort=name -cJf nixexprs.tar.xz nixexprs; tar --mtime=@1 --sort=name -czf my-1.5.tar.gz nixexprs)
		n nix-channel --add file://$W/served mine; n nix-channel --update; n nix-channel --update mine
		n nix-env -q -p $HOME/.nix-defexpr/channels --out-path; n nix-env -qaP; n nix-instantiate '<mine>'
		n nix-channel --add file://$W/served/my-1.5.tar.gz other; n nix-channel --update other; n nix-env -q -p $HOME/.nix-defexpr/channels
		n nix-channel --add file://$W/nowhere wrong; n nix-channel --update wrong; n nix-channel --rollback; n nix-channel --rollback 1; n nix-channel --rollback 1 2`,
};
