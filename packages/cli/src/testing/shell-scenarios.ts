/** Scripts with shells and programs that real Nix and we run alike; run by `shells.reference.test.ts`. */
export const shellScenarios: Readonly<Record<string, string>> = {
	"programs of flakes": `
		files; cd f
		for i in badtype notype noprogram outside number ok path boom package main pname mainless list missing; do
			n run path:.#$i one "2 3"
		done
		n run path:. -- -x --y; n run path:.#.deep.x; n run path:.#apps.x86_64-linux.ok
		n run -f x.nix tool a; n run -f x.nix nope; n run --expr 3; n run --expr '{ type = "app"; program = "/x"; }'
		n run -i -u X path:.#ok; n run -k X path:.#ok; n run -s A B -s A C path:.#ok; n run -s A B -u A path:.#ok
		n shell path:.#pname path:.#main -c tool 1; n shell path:.#main -c nowhere; n shell path:.#main -c
		n shell path:.#main -c /nowhere; n shell path:.#main -c /tmp; n shell path:.#missing -c tool
		n shell -i path:.#main -s FOO bar -k HOME -c /usr/bin/env; n shell path:.#main -c sh -c 'kill -TERM $$'
		n env; n env nowhere; n fmt; n formatter; n formatter build --no-link
		n bundle --bundler path:.#bundle path:.#main -o b; n bundle --bundler path:.#nowhere path:.#main
		n edit path:.#main; EDITOR="echo vim" n edit path:.#placed; EDITOR=echo n edit path:.#misplaced`,
	"environments of derivations": `
		files; cd f; export NIX_PATH=
		n develop path:.#env -c bash -c 'echo $V $IN_NIX_SHELL $out $dev; type fun; declare -p list table'
		n develop path:.#env --phase show; n develop path:.#env --build; n develop path:.#env --build -c true
		n develop path:.#env -c false; n develop path:.#env -c; n develop path:.#foreign -c true
		n develop path:.#structured -c bash -c 'cat $NIX_ATTRS_SH_FILE $NIX_ATTRS_JSON_FILE; declare -p l o'
		n develop path:.#.several -c true; n develop path:.#.number -c true; n develop path:.#nowhere -c true
		n develop -f x.nix env -i -k HOME -c /usr/bin/env; n develop -f x.nix -c true
		n develop --redirect path:.#env /redirected path:.#env -c bash -c 'echo $out'
		n print-dev-env path:.#env; n print-dev-env path:.#env --json; n print-dev-env path:.#structured
		n print-dev-env -f x.nix structured --json`,
	"nix-shell": `
		files; cd f; export NIX_PATH=nixpkgs=$PWD/x.nix
		ns x.nix -A shell --run 'echo $V $n $IN_NIX_SHELL $big; cat $bigPath; tool; echo $SHELL $-; nowhere; echo $PS1'
		ns x.nix -A shell --pure --keep FOO --run 'set | grep -v "^BASH\\|^_\\|^PPID\\|^PIPE\\|^EPOCH\\|^RANDOM\\|^SECONDS\\|^SRANDOM"'
		ns x.nix -A structured --run 'cat $NIX_ATTRS_SH_FILE $NIX_ATTRS_JSON_FILE; declare -p l o'
		ns x.nix; ns x.nix -A number; ns x.nix -A boom; ns x.nix -A nowhere; ns x.nix -A misgraph; ns x.nix -A fails
		ns x.nix -A asks --run 'echo $n'; ns x.nix -A shell --arg inNixShell false --run 'echo $n'
		ns x.nix -A shell --dry-run; ns x.nix -A shell --exclude tool --run 'echo $buildInputs'
		ns -p tool -E x; ns -p tool --run tool; ns -p --run 'echo $buildInputs.'; ns nowhere.nix; ns .; ns
		ns '<nixpkgs>' -A shell --run 'echo $name'; ns '<nowhere>'; ns x.nix -A shell --command 'exit 4'; ns x.nix -A shell --bad
		ns -E '(import ./x.nix {}).shell' --run 'echo $name'; ns x.nix -A shell --run 'kill -TERM $$'; ns x.nix -A shell -i x
		NIX_BUILD_SHELL=/nowhere ns -E 3; NIX_PATH= ns x.nix -A shell --run 'echo $name $SHELL'`,
	scripts: `
		files; cd f; export NIX_PATH=nixpkgs=$PWD/x.nix; mkdir sub
		script s '#!nix-shell x.nix -A shell -i bash' "#! nix-shell --argstr v 'x  \\"y'" 'echo $V "$@"'
		ns ./s 1 "2 3" "it's"; cd sub; ns ../s; cd ..
		script s '#! nix-shell -i "bash x.nix'; ns s
		script s '#! nix-shell  --option nix-shell-shebang-arguments-relative-to-script false' '#! nix-shell -A shell x.nix -i echo'
		ns s a
		script s '#! nix eval --impure --expr \`\`' '#! nix { a = "x  y"; b = ./.; }' '#! nix  .a' '#! nix \`\`'; n s; cd sub; n ../s; cd ..
		script s '#! nix eval --raw --expr \`\`"a\`b \`\`\`\`c"\`\`'; n s; script s '#! nix eval --raw --expr \`\`"a\`" \`\`'; n ./s
		for line in '*' 'a$' '"a"' '#x' 'x#y' '\`a\`' '\`\`a' "'a'" '\\a' '(' '\`\`a\`\`b' 'x\`\`a\`\`'; do script s "#! nix eval $line"; n s; done
		script s '# other' '// other' '* other' 'echo' '#! nix eval --expr 1'; n s`,
};
