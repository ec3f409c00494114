# A machine that can be reached by SSH and runs the server.
{
  services.hello-server.enable = true;

  services.openssh = {
    enable = true;
    settings = {
      PasswordAuthentication = false;
      PermitRootLogin = "prohibit-password";
    };
  };

  networking.hostName = "hello-server";

  # Put your own disks and keys here.
  fileSystems."/" = {
    device = "/dev/disk/by-label/nixos";
    fsType = "ext4";
  };
  boot.loader.systemd-boot.enable = true;

  system.stateVersion = "26.05";
}
