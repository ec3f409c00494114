import { readFileSync, writeFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
vi.mock("../formats/self-reference-hash", async () => {
	const { createHasher } = await import("../formats/hash");
	const { writeNar } = await import("../formats/nar/write");
	const { RewritingSink } = await import("./rewriting");
	return { hashPathModuloSelf: (a: any, p: string, o: any) => { const h = createHasher(o.algorithm); const s = new RewritingSink(new Map([[o.self, "\0".repeat(32)]]), (c) => h.update(c)); if (o.method === "nar") writeNar(a, p, (c) => s.write(c)); else s.write(a.readFile(p)); s.flush(); return h.digest(); } };
});
import { nodeFs } from "../accessors/node-fs";
import { parseHash } from "../formats/hash";
import { parseContentAddress, renderContentAddress } from "../formats/content-address";
import { fsAccessor } from "../accessors/fs";
import { parseStorePath } from "../formats/store-path";
import { localStore } from "../stores/local/local-store";
import { openNodeDatabase } from "../stores/local/node-database";
import { processBuilder } from "./builders/process";
import { builtinBuilder } from "./builders/builtin/builtin";
import { nodeProcessHost } from "./node-process-host";
import { findNodeSandbox } from "./node-sandbox";
import { realise } from "./realise";
import { planRealisation } from "./plan";
import { bubblewrap, namespaces } from "./builders/sandbox";

const SD = process.env["DRIVE_HOST"] ? "/tmp/C/hs/store" : "/nix/store";
const P = (t: string) => parseStorePath(t, SD);
test("drive", async () => {
	const root = process.env["DRIVE_ROOT"] as string;
	const out = process.env["DRIVE_OUT"] as string;
	const store = localStore({ fs: nodeFs, ...(process.env["DRIVE_HOST"] ? { storeDir: SD, realStoreDir: SD, stateDir: root + "/state" } : { root }), clock: () => 1, ...(openNodeDatabase ? { openDatabase: openNodeDatabase } : {}) });
	const infos = JSON.parse(readFileSync("/tmp/C/s1.json", "utf8"));
	const add = (p: string): void => {
		const path = P(p);
		if (store.isValidPath(path)) return;
		for (const r of infos[p].references) if (r !== p) add(r);
		store.addObject({ path, narHash: parseHash(infos[p].narHash), narSize: infos[p].narSize, references: infos[p].references.map((r: string) => P(r)), signatures: [], ...(infos[p].ca ? { contentAddress: parseContentAddress(infos[p].ca) } : {}), registrationTime: 1, ultimate: false }, fsAccessor(nodeFs, process.env["DRIVE_HOST"] ? p.replace("/hs/", "/hs0/") : "/tmp/C/s1" + p));
	};
	for (const p of Object.keys(infos)) add(p);
	const sb = process.env["DRIVE_UNSHARE"] ? namespaces({sh:"/bin/sh",unshare:"/usr/bin/unshare",mount:"/bin/mount",env:"/usr/bin/env"}) : findNodeSandbox("/usr/bin:/bin");
	console.log(sb?.name, openNodeDatabase !== undefined);
	const builders = [builtinBuilder({}), processBuilder({ fs: nodeFs, host: nodeProcessHost(), storeDir: SD, realStoreDir: process.env["DRIVE_HOST"] ? SD : root + "/nix/store", buildDir: "/tmp/C/builds", sandbox: !process.env["DRIVE_HOST"], sandboxing: sb, sandboxPaths: [{ target: "/bin/sh", source: "/usr/bin/bash-static" }] })];
	for (const line of readFileSync("/tmp/C/drvs.txt", "latin1").trim().split("\n")) {
		if (process.env["DRIVE_ONLY"] && !line.includes(process.env["DRIVE_ONLY"])) continue;
		const drvPath = P(line);
		let err = "", rc = 0, stdout = "";
		try {
			if (!store.isValidPath(drvPath)) throw new Error("not valid " + line);
			const plan = await planRealisation([{ drvPath, outputs: "all" }], { store, contentAddressedDerivations: true });
			const n = plan.willBuild.length;
			if (n > 0) err += (n === 1 ? "this derivation will be built:\n" : `these ${n} derivations will be built:\n`) + plan.willBuild.map((p) => `  ${p.toString(SD)}\n`).join("");
			const result = await realise([{ drvPath, outputs: "all" }], {
				store, builders, system: "x86_64-linux", cores: 2, contentAddressedDerivations: true, systemFeatures: ["benchmark", "big-parallel", "kvm", "nixos-test", "recursive-nix", "uid-range"], logLines: 0, impureEnvironment: (n) => (n === "MY_IMPURE" ? "impure-value" : undefined),
				onEvent: (e) => {
					if (e.type === "buildStarted") err += `building '${e.drvPath.toString(SD)}'...\n`;
					if (e.type === "resolved") err += `resolved derivation: '${e.drvPath.toString(SD)}' -> '${e.resolvedPath.toString(SD)}'...\n`;
					if (e.type === "logLine") err += `${e.line}\n`;
					if (e.type === "error") err += `error: ${e.error.message.replaceAll("\n", "\n       ")}\n`;
				},
			});
			stdout = [...result.targets[0].outputs].sort(([,a],[,b]) => a.toString(SD) < b.toString(SD) ? -1 : 1).map(([, p]) => `${p.toString(SD)}\n`).join("");
			err += "warning: you did not specify '--add-root'; the result might be removed by the garbage collector\n";
		} catch (e) {
			const x = e as Error & { exitStatus?: number; code?: string };
			rc = x.exitStatus ?? 1;
			err += `error: ${x.message.replaceAll("\n", "\n       ")}\n`;
			if (x.code === undefined || x.constructor.name.includes("TypeError")) err += x.stack + "\n";
		}
		const base = `${out}/${line.slice(SD.length + 1, -4)}`;
		writeFileSync(`${base}.err`, err, "latin1");
		writeFileSync(`${base}.out`, stdout);
		writeFileSync(`${base}.rc`, `${rc}\n`);
	}
	const all: Record<string, unknown> = {};
	for (const p of store.queryAllValidPaths()) { const i = store.queryPathInfo(p)!; all[p.toString(SD)] = { narHash: i.narHash.sri(), narSize: i.narSize, references: i.references.map((r) => r.toString(SD)), ca: i.contentAddress ? renderContentAddress(i.contentAddress) : null, deriver: i.deriver?.toString(SD) ?? null, ultimate: i.ultimate }; }
	writeFileSync(`${out}/all.json`, JSON.stringify(all));
	expect(true).toBe(true);
}, 600000);
