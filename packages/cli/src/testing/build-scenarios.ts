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
	"builders that cannot be run, and what their logs say": `
		log() { nix-build --no-out-link -E "$1"; nix-store -l $(nix-instantiate -E "$1" 2> /dev/null) | cat -v; }
		mk() { echo "derivation ({ name = ''x''; system = ''x86_64-linux''; } // { $1 })"; }
		mkdir d; n log "$(mk "builder = ''/no/such'';")"; n log "$(mk "builder = ./d;")"; n log "$(mk "builder = ''builtin:nosuch'';")"
		n log "$(mk "builder = ''builtin:fetchurl'';")"; n log "$(mk "builder = ''builtin:buildenv'';")"
		echo x > x; F="outputHashMode = ''flat''; outputHashAlgo = ''sha256''; outputHash = builtins.hashString ''sha256'' ''x'';"
		n log "$(mk "builder = ''builtin:fetchurl''; url = ''file://$W/nothing''; $F")"; n log "$(mk "builder = ''builtin:fetchurl''; url = ''foo://x''; $F")"
		n log "$(mk "builder = ''builtin:fetchurl''; unpack = true; url = ''file://$W/nothing''; outputHashMode = ''recursive''; outputHashAlgo = ''sha256''; outputHash = builtins.hashString ''sha256'' ''x'';")"
		n log "$(mk "builder = ''builtin:buildenv''; derivations = [ ''true'' ''x'' 1 ./x ]; manifest = ./x;")"
		n log "$(mk "builder = ''builtin:unpack-channel''; src = ./x; channelName = ''x'';")"; n log "$(mk "builder = ''builtin:unpack-channel''; src = ./x; channelName = ''x/y'';")"`,
	"failures that nobody waits for any more, and dynamic derivations": `
		export NIX_CONFIG="extra-experimental-features = ca-derivations dynamic-derivations"
		echo 'let mk = name: script: more: derivation ({ inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" script ]; } // more);
			ca = { __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; };
		in rec {
			fails = mk "fails" "exit 1" { }; left = mk "left" "" { inherit fails; }; both = mk "both" "" { inherit fails left; };
			made = mk "made" "echo x > $out" { }; x = builtins.unsafeDiscardOutputDependency made.drvPath;
			drv = mk "made.drv" "exec < $x > $out; while IFS= read -r l || test -n \\"$l\\"; do printf %s \\"$l\\"; done" (ca // { inherit x; }); dynamic = mk "dynamic" "echo $x > $out" { x = builtins.outputOf drv.outPath "out"; };
			other = mk "notdrv" "echo x > $out" ca; none = mk "none" "echo $x" { x = builtins.outputOf other.outPath "out"; };
		}' > x.nix
		for a in both dynamic none; do n nix-build --no-out-link x.nix -A $a; done`,
	"binary caches that are not there": `
		p=$W/store/00000000000000000000000000000000-x; echo x > x; x=$(nix-store --add x)
		ask() { "$@" --option download-attempts 1 2>&1 | sed 's/after [0-9]* ms/after N ms/'; }
		n ask nix path-info --store http://127.0.0.1:1 $p; n ask nix path-info --store http://nosuch.invalid $p; n ask nix copy --to http://127.0.0.1:1 $x
		export http_proxy=http://127.0.0.1:2; n ask nix path-info --store http://cache.invalid $p`,
};
