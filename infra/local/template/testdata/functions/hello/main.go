// Command hello is a function that the template names.
package main

func main() {}
