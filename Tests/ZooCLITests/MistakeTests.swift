import Foundation
import Testing

@Suite struct MistakeTests {
    @Test(arguments: [
        ("train colab", "unknown command 'train colab': did you mean 'train collab'?"),
        ("train colab --help", "unknown command 'train colab': did you mean 'train collab'?"),
        ("reccomend", "unknown command 'reccomend': did you mean 'recommend'?"),
        ("reccomend films --user 3", "unknown command 'reccomend': did you mean 'recommend'?"),
        ("help nonsense", "unknown command 'nonsense'."), ("help train colab", "did you mean 'train collab'?"),
        ("query embedings m item --near x", "did you mean 'query embeddings'?"),
        ("data lst", "did you mean 'data list'?"), ("read-hdf", "unknown command 'read-hdf'"),
        ("recommend m --usr 3", "unknown option '--usr': did you mean '--user'?"),
        ("train collab --dta demo", "unknown option '--dta': did you mean '--data'?"),
        ("finetune text m --mixup 1", "unknown option '--mixup'"), ("finetune txt", "did you mean 'finetune text'?"),
        ("finetune m --data d --save n", "unknown command 'finetune m'"), ("data list --jsn", "did you mean '--json'?"),
        ("query embeddings m item --neer x", "did you mean '--near'?"),
    ])
    func aMistypedWordIsToldInOneLineWithTheNearest(_ line: String, _ message: String) throws {
        try withSandbox { box in
            let run = try box.start(line.split(separator: " ").map(String.init)).wait()
            #expect(run.code == 64 && run.stdout.isEmpty && run.complaints.count == 1, "\(run.stderr)")
            #expect(run.stderr.hasPrefix("Error: ") && run.stderr.contains(message), "\(run.stderr)")
        }
    }

    @Test func commandsThatAreThereStayTheyAre() throws {
        try withSandbox { box in
            for line in [
                "help", "help train", "help train collab", "query data-sets", "help query sql", "read-hdf5 --help",
            ] {
                let run = try box.start(line.split(separator: " ").map(String.init)).wait()
                #expect(run.code == 0, "\(line): \(run.stderr)")
            }
        }
    }

    @Test(arguments: [
        ("recommend m --user u --json", 1, "there is no model 'm'"),
        ("query nonsense --json", 1, "no query 'nonsense'"),
        ("recommend m --json", 64, "give either --user or --ratings"), ("reccomend m --json", 64, "'recommend'"),
        ("data list --json --seed x", 64, "'x'"), ("train collab --json", 64, "--data"),
        ("query data-sets --json --param x", 64, "name=value"),
    ])
    func withJSONAnErrorIsOneObjectOnStderr(_ line: String, _ code: Int, _ part: String) throws {
        try withSandbox { box in
            let run = try box.start(line.split(separator: " ").map(String.init)).wait()
            #expect(run.code == Int32(code) && run.stdout.isEmpty && run.complaints.count == 1, "\(run.stderr)")
            let document = try JSONSerialization.jsonObject(with: Data(run.stderr.utf8)) as? JSONObject
            let error = try #require(document?["error"] as? JSONObject)
            #expect(error["code"] as? Int == code)
            #expect((error["message"] as? String)?.contains(part) == true, "\(run.stderr)")
        }
    }
}
