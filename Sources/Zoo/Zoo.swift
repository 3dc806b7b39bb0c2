// What a Swift program needs to train, load and query without the command line.
@_exported import ZooCollab
@_exported import ZooData
@_exported import ZooEmbeddings
@_exported import ZooKernels
@_exported import ZooLearn
@_exported import ZooNN
@_exported import ZooPlots
@_exported import ZooRecords
@_exported import ZooTabular
@_exported import ZooTensor
@_exported import ZooText
@_exported import ZooVision
@_exported import ZooWeights
@_exported import ZooWorkflows
