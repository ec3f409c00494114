import type { FetchFunction } from "@tsnix/fetchers";
import type { NamedFs } from "@tsnix/store";
import { Volume } from "memfs";
import { expect, test } from "vitest";
import { createNix } from "../instance/create-nix";
import { hostRegistries } from "./host-registries";
import { registryPlaces } from "./open-registries";
import { listRegistries } from "./registry";

const registry = (id: string, path: string): string =>
	JSON.stringify({ version: 2, flakes: [{ from: { type: "indirect", id }, to: { type: "path", path } }] });

const fs = Volume.fromJSON({
	"/home/.config/nix/registry.json": registry("mine", "/mine"),
	"/etc/nix/registry.json": registry("ours", "/ours"),
	"/global.json": registry("all", "/all"),
	"/mine/flake.nix": "{ outputs = _: { x = 1; }; }",
}) as unknown as NamedFs;

/** A server that has one document. */
const server = (body: string): { readonly fetch: FetchFunction; readonly asked: string[] } => {
	const asked: string[] = [];
	const fetch: FetchFunction = async (url) => {
		asked.push(url);
		return new Response(body);
	};
	return { fetch, asked };
};

test("places, by the environment", () => {
	const places = (env: Record<string, string>) => registryPlaces({ env, flakeRegistry: "" });
	expect(places({})).toEqual({ system: "/etc/nix/registry.json", global: "" });
	expect(places({ HOME: "/h", NIX_CONF_DIR: "/c" })).toEqual({
		user: "/h/.config/nix/registry.json",
		system: "/c/registry.json",
		global: "",
	});
	expect(places({ HOME: "/h", XDG_CONFIG_HOME: "/x" }).user).toBe("/x/nix/registry.json");
	expect(places({ HOME: "/h", XDG_CONFIG_HOME: "/x", NIX_CONFIG_HOME: "/n" }).user).toBe("/n/registry.json");
	expect(registryPlaces({}).global).toBe("https://channels.nixos.org/flake-registry.json");
});

test("files, in their order", async () => {
	const options = { fs, home: "/home", flakeRegistry: "/global.json" };
	expect(listRegistries(await hostRegistries({ ...options, overrides: [["x", "/mine"]] })())).toBe(
		"flags  flake:x path:/mine\nuser   flake:mine path:/mine\nsystem flake:ours path:/ours\nglobal flake:all path:/all\n",
	);
	expect(listRegistries(await hostRegistries({ fs, flakeRegistry: "" })())).toBe("system flake:ours path:/ours\n");
});

test("the global one is downloaded once, when it is first asked for", async () => {
	const { fetch, asked } = server(registry("all", "/all"));
	const registries = hostRegistries({ fs, fetch, flakeRegistry: "https://example.org/r.json" });
	expect(asked).toEqual([]);
	expect(listRegistries(await registries())).toBe("system flake:ours path:/ours\nglobal flake:all path:/all\n");
	await registries();
	expect(asked).toEqual(["https://example.org/r.json"]);
});

test("what cannot be downloaded is an error, and is tried again", async () => {
	let works = false;
	const fetch: FetchFunction = async () =>
		works ? new Response(registry("all", "/all")) : new Response("gone", { status: 404 });
	const registries = hostRegistries({ fs, fetch, flakeRegistry: "https://example.org/r.json" });
	await expect(registries()).rejects.toThrow("unable to download 'https://example.org/r.json': HTTP error 404");
	works = true;
	expect(await registries()).toHaveLength(4);
});

test("what is no registry is warned of", async () => {
	const warnings: string[] = [];
	const { fetch } = server("{}");
	const warn = (message: string) => warnings.push(message);
	await hostRegistries({ fs, fetch, flakeRegistry: "https://example.org/r.json", warn })();
	expect(warnings).toEqual([
		expect.stringMatching(
			/^cannot read flake registry '\/nix\/store\/[a-z0-9]{32}-flake-registry\.json\/': error: .* has unsupported version 0$/,
		),
	]);
});

test.each([true, false])("an instance looks flakes up in them (worker: %s)", async (worker) => {
	const { fetch } = server(registry("all", "/mine"));
	const registries = hostRegistries({ fs, fetch, home: "/home", flakeRegistry: "https://example.org/r.json" });
	const nix = createNix({ worker, fs, registries });
	expect(await nix.evaluate({ flake: "mine", attribute: "x" })).toBe(1);
	expect(await nix.evaluate({ flake: "all", attribute: "x" })).toBe(1);
	expect(await nix.evaluate('(builtins.getFlake "mine").x')).toBe(1);
	expect(await nix.flake.metadata("mine")).toMatchObject({ originalUrl: "flake:mine", resolvedUrl: "path:/mine" });
	await expect(nix.flake.lock("other")).rejects.toThrow("cannot find flake 'flake:other' in the flake registries");
	await expect(nix.flake.check("other")).rejects.toThrow("cannot find flake 'flake:other' in the flake registries");
	await nix.close();
});
