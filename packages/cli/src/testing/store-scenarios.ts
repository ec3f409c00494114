/** Two objects, of which one refers to the other, and a path that is none. */
const objects = `
	P=$(dirname $(command -v mkdir))
	make() { nix-build --no-out-link --expr "derivation { name = \\"$1\\"; system = \\"x86_64-linux\\"; builder = \\"/bin/sh\\"; args = [ \\"-c\\" ''PATH=$P; $2'' ]; deps = [ $3 ]; }" 2> /dev/null; }
	a=$(make a 'echo a > $out'); b=$(make b "mkdir \\$out; ln -s $a \\$out/a; echo \\$out > \\$out/self" "(builtins.storePath ''$a'')")
	drv=$(nix-store -qd $a); none=$W/store/00000000000000000000000000000000-none
	rm -f state/gcroots/auto/*
`;

/** Scripts around stores whose commands real Nix and we answer alike; run by `stores.reference.test.ts`. */
export const storeScenarios: Readonly<Record<string, string>> = {
	"paths that are not valid": `${objects}
		n nix path-info --json $none; n nix path-info $drv^nothing; n nix why-depends $none $a; n nix why-depends $b $none
		n nix why-depends --derivation $b $none; n nix derivation show $none; n nix store diff-closures $none $a
		n nix store ls $none; n nix store cat $none; n nix store cat $b/a/x; n nix store dump-path $none; n nix store delete $none
		n nix store repair $none; n nix-store --repair-path $none; n nix-store -q --graph $none; n nix-store --export $none
		n nix-store -r "$a!out"; n nix copy --to file://$W/cache $none`,
	"NARs of one's own": `${objects}
		nix nar pack $b > b.nar; n nix nar ls b.nar /nothing; n nix nar ls b.nar /../a; n nix nar ls nothing.nar /; n nix nar cat nothing.nar /a`,
	"what is registered as text": `
		echo hi > f; f=$(nix-store --add f); nix-store --dump-db $f > db; head -n 3 db > cut; echo junk > junk
		for text in cut junk db; do n bash -c "nix-store --load-db < $text"; n bash -c "nix-store --register-validity < $text"; done`,
	"keys that are none": `${objects}
		n nix store verify --trusted-public-keys junk $b; n nix store verify --trusted-public-keys k1:AAAA --sigs-needed 1 $b`,
	"settings of store references": `${objects}
		n nix store info --store 'local?foo=1'; n nix store info --store "local?root=$W/r&store=/nix/store"; n nix store info --store unix:///proc/nothing
		n nix copy --to "file://$W/one?compression=foo" $a; n nix copy --to "file://$W/two?compression=none&foo=1" $a; n nix copy --to file:///proc/x $a --no-recursive
		n nix copy --to "local?root=$W/r2" $a --no-check-sigs; n nix-store --store file://$W/two --verify; n nix-store --store file://$W/two -q --references $a`,
	"damaged caches": `${objects}
		for m in bzip2 gzip zstd; do
			nix copy --to "file://$W/good?compression=$m" $a 2> /dev/null
			for size in 10 60; do cp -r good bad; truncate -s $size bad/nar/*; n nix copy --from file://$W/bad $a --to $W/other --no-check-sigs; rm -r bad; done
			printf '\\377\\377\\377' | dd of=$(echo good/nar/*) conv=notrunc 2> /dev/null; n nix copy --from file://$W/good $a --to $W/other --no-check-sigs
			rm -r good
		done; n nix path-info --all --store $W/other`,
};
