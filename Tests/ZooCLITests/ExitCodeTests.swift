import Testing

@Suite struct ExitCodeTests {
    @Test(arguments: [
        "nonsense", "data nonsense", "data import csv", "data import csv x.csv", "data list --nonsense", "data show",
        "data list --seed -1", "data list --seed 18446744073709551616", "data list --seed x", "train collab",
        "train collab --data d --factors 0", "train collab --data d --factors 1.5", "train collab --data d --epochs 0",
        "train collab --data d --lr nan", "train collab --data d --lr -1", "train collab --data d --weight-decay -1",
        "train collab --data d --batch-size 0", "train collab --data d --model tree",
        "train collab --data d --split random:2", "train collab --data d --split random:nan",
        "evaluate m --split random:0", "cross-validate collab --data d", "cross-validate collab --data d --splits ,",
        "cross-validate collab --data d --splits random:0.2,random:0.2", "generate m --repetition-penalty 1e-50",
        "train text-classifier --data d --encoder m --save m", "train text --data d --vocabulary-size 40",
        "cross-validate collab --data d --splits u1,random:9", "lr-find collab --data d --steps 1", "recommend m",
        "recommend m --user u --ratings f", "recommend m --user u -n 0", "recommend m --user u -n -3",
        "recommend m --user u -n 99999999999999999999", "query embeddings m item", "query embeddings m item --near",
        "query embeddings m item --analogy a b", "query embeddings m item --near a --list",
        "query embeddings m item --near a --metric manhattan", "pca m", "pca m item -k 0", "pca m item --center both",
        "models show", "models copy a", "models export m", "bench", "bench nonsense", "bench gemm --threads 0",
        "data import csv f --name n --minimum 3", "data import csv f --name n --minimum 5 --maximum 1",
        "data import csv f --name n --encoding ebcdic", "data import text", "data import text f",
        "data import text f --name n --encoding ebcdic", "data import text f --name n --label-column l",
        "data import text f --name n --text-column t --lossy", "train text", "train text --data d --tokens syllable",
        "train text --data d --cell tree", "train text --data d --hidden 0", "train text --data d --valid 1",
        "train text --data d --valid nan", "train text --data d --schedule zigzag", "train text --data d --dropout -1",
        "train text --data d --schedule cosine-restarts:0:2", "train text --data d --hidden-dropout 1",
        "train text --data d --lr 0", "train text --data d --clip -1", "train text --data d --resume",
        "train vision --data d --arch resnet20-cifar --resume",
        "train text --data d --precision float8", "train text --data d --tokens bpe --vocabulary-size 100",
        "train text-classifier --data d", "train text-classifier --encoder m", "lr-find text --data d --steps 1",
        "train text-classifier --data d --sql s --encoder m", "train text-classifier --data d --encoder m --valid 2",
        "generate", "generate m --temperature -0.1", "generate m --top-p 0", "generate m --top-p 1.1",
        "generate m --top-p nan", "generate m --top-k 0", "generate m --length -1", "generate m --repetition-penalty 0",
        "generate m --beam 0", "finetune m", "finetune text m", "finetune vision m --data d",
        "finetune text m --data d --save n --epochs 0", "train text --data d --patience -1",
        "train collab --data d --keep-last", "train text --data d --keep-last --patience 2",
        "train tabular --data d --target t --keep-last --patience 2",
        "train text-classifier --data d --encoder m --keep-last --patience 2",
        "finetune text m --data d --save n --keep-last --patience 2",
        "train vision --data d --arch resnet20-cifar --swa 2 --patience 2",
        "finetune vision m --data d --save n --epochs 2 --keep-last --patience 2",
        "finetune vision m --data d --save n --patience 2",
        "predict", "train vision --data d", "train vision --data d --arch alexnet", "lr-find vision --data d",
        "lr-find vision --data d --arch resnet18 --steps 1", "cam m p.jpg", "cam m -o o.png", "interpret m", "embed m",
        "finetune vision m --data d --save n --recipe first-class", "models import f.pth --name n --size 64",
        "finetune vision m --data d --save n --copies -1",
        "finetune vision m --data d --save n --recipe world-class --copies 2",
        "finetune text m --data d --save n --copies 2", "finetune vision m --data d --save n --bptt 5",
        "finetune vision m --data d --save n --epochs 2 --batch-size 1", "pca m item --minimum-count -5",
        "finetune vision m --data d --save n --epochs 2 --resume --mixup -1",
        "train vision --data d --arch resnet20-cifar --save n --resume --momentum 2",
        "train vision --data d --arch resnet20-cifar --momentum 0.8",
        "tune collab --data d --minutes 1e300", "tune tabular --data d --target t --minutes 0",
        "predict m --top 0", "finetune text m --data d --save m@1", "evaluate m --data d --sql s",
        "data import images f",
        "data import demo-images --pack 0", "train colab", "reccomend",
        "train collab --data d --split random", "models export m -o films.txt", "models copy m m",
        "train tabular --data d --target t --classes --log-target", "train tabular --data d --target t --group g",
        "train vision --data d --arch resnet20-cifar --zoom 2 --crop 0.5", "help nonsense", "query embedings m item",
    ])
    func usageErrorsEndWith64AndSayHowToGoOn(_ line: String) throws {
        try withSandbox { box in
            let run = try box.start(line.split(separator: " ").map(String.init)).wait()
            #expect(run.code == 64 && run.stdout.isEmpty, "\(run.code as Any) \(run.stdout)")
            #expect(run.stderr.hasPrefix("Error: ") && run.stderr.contains("--help"), "\(run.stderr)")
        }
    }

    @Test(arguments: [
        "data show d", "data remove d", "train collab --data d", "train collab --data d --save m",
        "cross-validate collab --data d --splits u1", "lr-find collab --data d", "evaluate m", "recommend m --user u",
        "recommend m --ratings f.csv", "query q", "query q.sql", "query worst-movies --param model=m",
        "query embeddings m item --list", "pca m item", "models show m", "models copy m n", "models remove m",
        "models export m -o m.npz", "data import csv f.csv --name d", "data import movielens f --name d",
        "data import text f.txt --name d", "train text --data d", "train text --data d --save m --resume",
        "train vision --data d --arch resnet20-cifar --save m --resume",
        "train text-classifier --data d --encoder m", "lr-find text --data d", "generate m", "predict m --text t",
        "finetune text m --data d --save n", "finetune vision m --data d --save n",
        "train vision --data d --arch resnet20-cifar", "predict m p.jpg",
        "lr-find vision --data d --arch resnet20-cifar", "cam m p.jpg -o o.png", "interpret m --data d",
        "embed m --data d", "submit m --images . --output o.csv", "models import f.pth --arch resnet18 --name n",
        "data import images f --name d",
    ])
    func everythingElseThatFailsEndsWith1AndOneLine(_ line: String) throws {
        try withSandbox { box in
            let run = try box.start(line.split(separator: " ").map(String.init)).wait()
            #expect(run.isOneLineFailure, "\(run.code as Any) \(run.stdout) \(run.stderr)")
            #expect(!run.stderr.contains("Error Domain") && !run.stderr.contains("Debug description"))
        }
    }

    @Test func unknownNamesAreAnsweredWithThoseThatThereAre() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            #expect(try box.fail("train", "collab", "--data", "smal").contains("'small'"))
            #expect(try box.fail("recommend", "film", "--user", "u1").contains("'films'"))
            #expect(try box.fail("train", "collab", "--data", "small", "--split", "u1").contains("u1"))
            #expect(try box.fail("evaluate", "films", "--split", "u1").contains("u1"))
        }
    }

    @Test func stdoutThatTakesNoMoreIsAnErrorAndNoCrash() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            for command in ["data list", "data list --json", "query", "query data-sets --csv"] {
                let run = try box.shell("\"$zoo\" \(command) > /dev/full")
                #expect(run.code == 1 && run.complaints.count == 1, "\(command): \(run.stderr)")
                #expect(run.stderr.hasPrefix(command.hasSuffix("--json") ? "{\"error\":" : "zoo: "), "\(run.stderr)")
                #expect(try box.shell("\"$zoo\" \(command) >&-").code == 1)
            }
            #expect(try box.shell("\"$zoo\" data show none 2> /dev/full").code == 1)
            #expect(try box.shell("\"$zoo\" data list | true; echo done").stdout == "done\n")
        }
    }

    @Test func helpAndVersionSucceed() throws {
        try withSandbox { box in
            let overview = try box.succeed()
            #expect(overview.contains("SUBCOMMANDS"))
            #expect(try box.succeed("--version").contains("."))
            #expect(try box.succeed("help", "train").contains("collab"))
        }
    }
}
