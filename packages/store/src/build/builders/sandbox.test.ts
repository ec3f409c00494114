import { expect, test } from "vitest";
import { parseSandboxPath } from "./prepare-sandbox";
import { bubblewrap, sandboxEtc } from "./sandbox";

test("bubblewrap's command line", () => {
	const command = { program: "/bin/sh", argv0: "sh", args: ["-c", "true"], env: { A: "1" }, cwd: "/build" };
	const mounts = [
		{ source: "/real/x", target: "/nix/store/x", writable: false, kind: "directory" },
		{ source: "/tmp/b", target: "/build", writable: true, kind: "directory" },
		{ source: "/dev/kvm", target: "/dev/kvm", writable: true, kind: "file" },
	] as const;
	const sandbox = bubblewrap({ program: "/usr/bin/bwrap", argv0: true });
	const places = { root: "/r", storeDir: "/nix/store", scratch: "/tmp/s" };
	const specification = { ...places, platform: "x86_64-linux", mounts, userId: 1000, groupId: 100, command };
	const { program, args, env } = sandbox.command({ ...specification, network: false });
	expect([program, env]).toEqual(["/usr/bin/bwrap", {}]);
	expect(args.join(" ")).toBe(
		"--unshare-user --uid 1000 --gid 100 --unshare-pid --as-pid-1 --unshare-ipc --unshare-uts --hostname localhost --unshare-net --die-with-parent --cap-drop ALL --bind /r / --dev /dev --proc /proc --ro-bind /real/x /nix/store/x --bind /tmp/b /build --dev-bind /dev/kvm /dev/kvm --chdir /build --clearenv --setenv A 1 --argv0 sh -- /bin/sh -c true",
	);
	const fixed = sandbox.command({ ...specification, network: true });
	expect(fixed.args).not.toContain("--unshare-net");
});

test("files that every sandbox has", () => {
	expect(sandboxEtc("/build", false)).toEqual({
		passwd:
			"root:x:0:0:Nix build user:/build:/noshell\nnixbld:x:1000:100:Nix build user:/build:/noshell\nnobody:x:65534:65534:Nobody:/:/noshell\n",
		group: "root:x:0:\nnixbld:!:100:\nnogroup:x:65534:\n",
		hosts: "127.0.0.1 localhost\n::1 localhost\n",
	});
	expect(Object.keys(sandboxEtc("/build", true))).toEqual(["passwd", "group", "nsswitch.conf"]);
});

test("the setting sandbox-paths", () => {
	expect(parseSandboxPath("/bin/sh=/opt/bash")).toEqual({ target: "/bin/sh", source: "/opt/bash" });
	expect(parseSandboxPath("/dev/kvm?")).toEqual({ target: "/dev/kvm", source: "/dev/kvm", optional: true });
});
