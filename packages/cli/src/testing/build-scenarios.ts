/** Building and stores: scripts whose commands real Nix and we answer alike; run by `builds.reference.test.ts`. */
export const scenarios: Readonly<Record<string, string>> = {
	"outputs that are deferred and need not be": `
		export NIX_CONFIG="extra-experimental-features = ca-derivations"
		text() { printf 'Derive([("out","","","")],[],[],"x86_64-linux","/bin/sh",["-c","exit 1"],[("builder","/bin/sh"),("name","foo"),("out","%s"),("system","x86_64-linux")])' "$1" > foo.drv; }
		text ""; n nix store add --mode text foo.drv; text $(sed -n "s/.*should be '\\([^']*\\)'.*/\\1/p" err | tail -1)
		n nix store add --mode text foo.drv; drv=$(cat out); n nix-store --add foo.drv; n nix-store -r $drv; n nix-store -q --outputs $drv; n nix derivation show $drv
		text $W/store/00000000000000000000000000000000-foo; n nix store add --mode text foo.drv`,
	"space that is made where it runs out": `
		export _NIX_TEST_FREE_SPACE_FILE=$W/free; O="--option min-free 1000 --option max-free 2000 --option min-free-check-interval 60"
		free() { echo $1 > free; }; sorted() { ls store | sort; }
		free 1000; echo old > old; nix-store --add old; free 100; echo new > new
		n nix store add-file new $O; n sorted; n nix-instantiate $O --expr 'derivation { name = "x"; system = "x"; builder = "x"; }'; n sorted
		n nix eval --impure $O --expr 'builtins.path { path = ./old; }'; n sorted; free 1000; n nix-store --add new $O; n sorted`,
	"logs of builds": `
		logs() { find log-dir -type f; }; make() { nix-build --no-out-link "$@" --expr 'derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo one; echo two >&2; exit 1" ]; }'; }
		n make; n logs; drv=$(echo store/*.drv); n nix-store -l $drv; n nix log $W/$drv; n bash -c 'bunzip2 < $(find log-dir -type f)'
		rm -rf log-dir; n make --option compress-build-log false; n logs; n nix-store -l $drv; n make --option keep-build-log false; n logs; n nix log $W/$drv`,
};
