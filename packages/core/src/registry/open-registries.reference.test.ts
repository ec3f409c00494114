import { fromBytes } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adoptError } from "../flake/errors";
import { renderErrorBytes } from "../flake/evaluation";
import { plain, Scratch } from "../flake/testing/scenario";
import { hostRegistries } from "./host-registries";
import { listRegistries } from "./registry";

const registry = (id: string): string =>
	JSON.stringify({ version: 2, flakes: [{ from: { type: "indirect", id }, to: { type: "path", path: `/${id}` } }] });

let scratch: Scratch;
beforeAll(() => {
	scratch = new Scratch();
	scratch.make({
		"conf/registry.json": registry("system"),
		"user/registry.json": registry("user"),
		"xdg/nix/registry.json": registry("xdg"),
		"bad/registry.json": "{",
		"old/registry.json": '{ "version": 1 }',
		"global.json": registry("global"),
	});
});
afterAll(() => scratch.remove());

const environment = { NIX_CONF_DIR: "@/conf", NIX_CONFIG_HOME: "@/user" };

const cases: readonly {
	readonly env?: Readonly<Record<string, string>>;
	readonly global?: string;
}[] = [
	{},
	{ env: { ...environment, NIX_CONFIG_HOME: "@/none" } },
	{ env: { NIX_CONF_DIR: "@/conf", XDG_CONFIG_HOME: "@/xdg" } },
	{ env: { NIX_CONF_DIR: "@/bad", NIX_CONFIG_HOME: "@/old" } },
	{ global: "@/global.json" },
	{ global: "file://@/global.json" },
	{ global: "file://@/bad/registry.json" },
	{ global: "file://@/old/registry.json" },
	{ global: "file://@/none.json" },
	{ global: "@/none.json" },
	{ global: "relative.json" },
	{ global: "@/bad/registry.json" },
];

test.each(cases)("%j", async ({ env = environment, global = "" }) => {
	const at = (text: string): string => text.replaceAll("@/", `${scratch.path()}/`);
	const placed = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, at(value)]));
	const before = { ...scratch.env };
	Object.assign(scratch.env, placed);
	// What the system's nix.conf may say is not what is compared.
	scratch.env.NIX_CONFIG += "build-users-group =\n";
	const real = scratch.nix("registry", "list", "--option", "flake-registry", at(global));
	for (const name of Object.keys(placed)) delete scratch.env[name];
	Object.assign(scratch.env, before);

	const said: string[] = [];
	let listed = "";
	try {
		const registries = await hostRegistries({
			fs: nodeFs,
			env: placed,
			flakeRegistry: at(global),
			warn: (message) => said.push(`warning: ${message}`),
		})();
		listed = listRegistries(registries);
	} catch (error) {
		said.push(renderErrorBytes(adoptError(error)));
	}
	const expected = real.stderr.replaceAll(`${scratch.dir}/store/nix/store`, "/nix/store");
	expect(fromBytes(listed)).toBe(fromBytes(plain(real.stdout)));
	expect(fromBytes(said.join("\n"))).toBe(fromBytes(expected).trim());
});
