# A small machine: what `nixos` in the benchmarks is. `nixpkgs` is a path.
{ nixpkgs }:
(import (nixpkgs + "/nixos/lib/eval-config.nix") {
  system = "x86_64-linux";
  modules = [
    {
      services.openssh.enable = true;
      networking.hostName = "bench";
      fileSystems."/" = {
        device = "/dev/disk/by-label/nixos";
        fsType = "ext4";
      };
      boot.loader.systemd-boot.enable = true;
      system.stateVersion = "26.05";
    }
  ];
}).config.system.build.toplevel.drvPath
