"""An S3 server for development: moto's, with signatures really checked and objects that outlive the process.

``python -m local.s3`` serves one bucket on loopback. Three layers, outermost first: `gate` refuses what is not signed
as it should be, `mirror` writes accepted objects through to a directory, moto answers.
"""
