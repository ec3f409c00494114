import { type ByteString, parseStorePath, type StorePath } from "@tsnix/store";
import type { Flag } from "../../args/flags";
import type { Expected } from "../../commands";
import { elementIdentifier, type ProfileElement, type ProfileElements, wholeMatcher } from "../../core";
import { NixError } from "@tsnix/store";
import { parseInteger } from "../../settings/settings";
import type { Session } from "../../session";
import { UsageError } from "../../usage-error";

/** What on a command line stands for packages of a profile. */
interface Matcher {
	/** As messages call it. */
	readonly title: string;
	readonly matches: (name: ByteString, element: ProfileElement) => boolean;
}

const all: Matcher = { title: "--all", matches: () => true };

/** The arguments that name packages of a profile: their names, their store paths, `--regex`, `--all`. */
export class ElementMatchers {
	private readonly matchers: Matcher[] = [];

	constructor(private readonly session: Session) {}

	flags(): Flag[] {
		return [
			{ long: "all", handle: () => void this.matchers.push(all) },
			{
				long: "regex",
				arity: 1,
				handle: (pattern) => {
					const matches = wholeMatcher(pattern);
					this.matchers.push({
						title: `Regex '${pattern}'`,
						matches: (_, element) => matches(elementIdentifier(element)),
					});
				},
			},
		];
	}

	get expected(): readonly Expected[] {
		return [
			{ arity: "any", optional: true, handle: (args) => this.matchers.push(...args.map((arg) => this.named(arg))) },
		];
	}

	private named(arg: string): Matcher {
		if (/^[+]?[0-9]+$/.test(arg) && parseInteger(arg) !== undefined)
			throw new NixError("PROFILE_INDEX", `'nix profile' no longer supports indices ('${parseInteger(arg)}')`);
		const path = this.storePath(arg);
		if (path === undefined) return { title: `Package name '${arg}'`, matches: (name) => name === arg };
		return {
			title: `Store path '${path.baseName}'`,
			matches: (_, { storePaths }) => storePaths.some((other) => other.equals(path)),
		};
	}

	private storePath(arg: string): StorePath | undefined {
		const { storeDir } = this.session.commandStore;
		if (!arg.startsWith("/")) return undefined;
		try {
			return parseStorePath(arg, storeDir);
		} catch {
			return undefined;
		}
	}

	/** The names of the packages that are meant. Throws UsageError where the arguments contradict each other. */
	namesIn(elements: ProfileElements): ByteString[] {
		const { matchers, session } = this;
		if (matchers.length === 0) throw new UsageError("No packages specified.");
		if (matchers.includes(all) && matchers.length > 1)
			throw new UsageError("--all cannot be used with package names or regular expressions.");
		if (elements.size === 0) {
			session.log.warn("There are no packages in the profile.");
			return [];
		}
		const found = new Set<ByteString>();
		for (const { title, matches } of matchers) {
			const names = [...elements].flatMap(([name, element]) => (matches(name, element) ? [name] : []));
			for (const name of names) found.add(name);
			if (names.length === 0) session.log.warn(`${title} does not match any packages in the profile.`);
		}
		return [...found].sort();
	}
}
