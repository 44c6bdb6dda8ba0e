"""What must hold after a fault: processes killed, Sahha failing, disks full, clocks off; on real parts throughout."""
