/** What the commands that are killed work on. */
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Numbers from 0 to 1, the same ones for a seed each time. */
export const random = (seed) => {
	let state = (seed * 2654435761) >>> 0 || 1;
	return () => {
		state ^= state << 13;
		state >>>= 0;
		state ^= state >>> 17;
		state ^= state << 5;
		state >>>= 0;
		return state / 2 ** 32;
	};
};

/** A tree of small files, some of them alike, a program, a link and a file of some size. */
export const makeTree = (place, salt, files) => {
	rmSync(place, { recursive: true, force: true });
	mkdirSync(place);
	for (let i = 0; i < files; i++) {
		const folder = join(place, `folder${i % 7}`);
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, `file${i}`), i % 5 === 0 ? "the same everywhere\n" : `${salt} ${i}\n`.repeat(i));
	}
	writeFileSync(join(place, "run"), `#!/bin/sh\necho ${salt}\n`);
	chmodSync(join(place, "run"), 0o755);
	symlinkSync("run", join(place, "link"));
	writeFileSync(join(place, "large"), Buffer.alloc(3_000_000, salt));
};

/** Derivations, each with two outputs, that refer to the ones before them; their builders take a moment. */
export const expressionOf = (salt, count) => `
	let
		make = i: derivation {
			name = "x\${toString i}";
			system = builtins.currentSystem;
			builder = "/bin/sh";
			PATH = "/usr/bin:/bin";
			outputs = [ "out" "doc" ];
			before = if i == 0 then "" else (make (i - 1)).out;
			text = builtins.toFile "text" "${salt} \${toString i}";
			args = [ "-c" ''
				mkdir $out $doc
				for j in 0 1 2 3 4 5 6 7; do echo "${salt} $j" > $out/$j; echo the same everywhere > $doc/$j; done
				sleep 0.02
				echo $before $text > $out/references
				ln -s $out $doc/link
			'' ];
		};
	in builtins.genList make ${count}
`;

/** A derivation whose builder, and what the builder starts, go on for a while. */
export const longExpressionOf = (salt) => `
	derivation {
		name = "long";
		system = builtins.currentSystem;
		builder = "/bin/sh";
		PATH = "/usr/bin:/bin";
		args = [ "-c" ''
			mkdir $out
			(for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do sleep 0.2; echo "${salt} $i" > $out/$i; done) &
			for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do sleep 0.2; echo "${salt} $i" > $out/other$i; done
			wait
		'' ];
	}
`;
