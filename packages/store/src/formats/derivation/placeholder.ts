import { decodeBase16 } from "../base16";
import { encodeNixBase32 } from "../base32";
import { outputPathName } from "../content-address";
import { compressHash, sha256Hex } from "../hash";
import { derivationNameOf, type StorePath } from "../store-path";

const render = (hex: string): string => `/${encodeNixBase32(decodeBase16(hex))}`;

/** What stands for a derivation's own output path before that is known: `builtins.placeholder`. */
export const hashPlaceholder = (outputName: string): string => render(sha256Hex(`nix-output:${outputName}`));

/**
 * What stands in a derivation for the output of another whose path is not known before it is built. Renders as a slash
 * and 52 characters.
 */
export class DownstreamPlaceholder {
	private constructor(private readonly hex: string) {}

	/** For an output of a content-addressed derivation. */
	static unknownOutput(drvPath: StorePath, outputName: string): DownstreamPlaceholder {
		const name = outputPathName(derivationNameOf(drvPath), outputName);
		return new DownstreamPlaceholder(sha256Hex(`nix-upstream-output:${drvPath.hashPart}:${name}`));
	}

	/** For an output of a derivation that is itself such an output. */
	static unknownDerivation(placeholder: DownstreamPlaceholder, outputName: string): DownstreamPlaceholder {
		const compressed = encodeNixBase32(compressHash(decodeBase16(placeholder.hex), 20));
		return new DownstreamPlaceholder(sha256Hex(`nix-computed-output:${compressed}:${outputName}`));
	}

	render(): string {
		return render(this.hex);
	}
}
