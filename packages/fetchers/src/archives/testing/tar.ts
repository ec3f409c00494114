import { stringToBytes } from "@tsnix/store";

/** A member of a tar archive. */
export interface TarMember {
	readonly path: string;
	readonly type?: string;
	readonly mode?: number;
	readonly target?: string;
	readonly contents?: string;
	readonly mtime?: number;
}

const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;

/** One member of a ustar archive. */
const tarMember = (member: TarMember): string => {
	const { path, type = "0", mode = 0o644, target = "", contents = "", mtime = 7 } = member;
	const before =
		path.padEnd(100, "\0") + octal(mode, 8) + octal(0, 8) + octal(0, 8) + octal(contents.length, 12) + octal(mtime, 12);
	const after = `${type}${target.padEnd(100, "\0")}ustar\u000000`.padEnd(500 - 148 - 8, "\0").padEnd(512 - 156, "\0");
	const sum = [...`${before}        ${after}`].reduce((total, char) => total + char.charCodeAt(0), 0);
	const body = contents.padEnd(Math.ceil(contents.length / 512) * 512, "\0");
	return `${before}${sum.toString(8).padStart(6, "0")}\0 ${after}${body}`;
};

/** A tar archive. */
export const tar = (...members: TarMember[]) => stringToBytes(members.map(tarMember).join("") + "\0".repeat(1024));
