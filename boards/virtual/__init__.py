"""A board made of parts that are real: a 32-bit MicroPython, a flash image, a serial port, Wi-Fi that can drop."""
