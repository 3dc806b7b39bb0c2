import ZooCLI

runZoo()
