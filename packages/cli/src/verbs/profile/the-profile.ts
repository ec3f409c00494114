import { existsSync } from "node:fs";
import { type ByteString, fsAccessor, inputTree, parseStorePath, type StorePath } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import type { Flag } from "../../args/flags";
import {
	buildProfile,
	closure,
	defaultPriority,
	elementName,
	followLinksToStore,
	parseManifest,
	type ProfileElement,
	type ProfileElements,
	withElement,
} from "../../core";
import { defaultProfile } from "../../profiles/places";
import type { Session } from "../../session";
import { storePathOf } from "../../store-operations/paths";
import { completeFile } from "../installable-completion";
import { updateProfile } from "../profile-option";

const exists = (path: ByteString): boolean => existsSync(Buffer.from(path, "latin1"));

/** The profile that a command of `nix profile` works on: the user's own, or that of `--profile`. */
export class TheProfile {
	private given: string | undefined;

	constructor(private readonly session: Session) {}

	flags(): Flag[] {
		return [
			{
				long: "profile",
				arity: 1,
				complete: completeFile(this.session),
				handle: (path) => void (this.given = path),
			},
		];
	}

	/** Where it lies. */
	get path(): string {
		const own = defaultProfile(this.session);
		return this.given === undefined ? own : this.session.absolute(this.given);
	}

	/** The packages in it. */
	read(): Promise<ProfileElements> {
		return readProfile(this.session, this.path);
	}

	/** Makes packages its next version. */
	write(elements: ProfileElements): void {
		const { session } = this;
		const { store, commandStore, log } = session;
		const paths = [...elements.values()].flatMap(({ storePaths }) => storePaths);
		const { storeDir, realStoreDir } = commandStore;
		const files = realStoreDir === storeDir ? fsAccessor(nodeFs, "/") : inputTree(store, closure(store, paths));
		const built = buildProfile(store, elements, files, (message) => log.warn(message));
		updateProfile(session, this.path, [built]);
	}
}

/** The packages of a version of a profile, whether `nix profile` or `nix-env` made it. */
export const readProfile = async (session: Session, profile: string): Promise<ProfileElements> => {
	const { storeDir } = session.commandStore;
	const name = `${profile}/manifest.json`;
	if (exists(name)) return parseManifest(session.readFile(name), { name, storeDir });
	if (!exists(`${profile}/manifest.nix`)) return new Map();
	const commands = await session.commands();
	let elements: ProfileElements = new Map();
	const place = followLinksToStore(storeDir, profile, session.shell.workingDirectory);
	const allowed = [place, `${profile}/manifest.nix`].map((path) => storePathOf(session, path).toString(storeDir));
	for (const { id } of await commands.elementsOfProfile(`${place}/manifest.nix`, allowed)) {
		const outPath: StorePath = parseStorePath(String(await commands.elementAnswer(id, "outPath", undefined)), storeDir);
		const element: ProfileElement = { storePaths: [outPath], active: true, priority: defaultPriority };
		elements = withElement(elements, elementName(element), element);
	}
	return elements;
};
