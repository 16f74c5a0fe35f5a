# Everything that is done with this repository. What is needed is fetched.
.PHONY: help run test lint verify build bench plan set deploy clean
SAM = $(or $(lastword $(wildcard .cache/sam-*/bin/sam)),sam)

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1 - /p' Makefile

run: ## start the whole system on this machine (PORT, DATA, NOW)
	@go run ./infra/plan compile && exec go run ./infra/local

test: ## run all tests, with DynamoDB Local at hand
	go run ./infra/dynamodb go test -race -timeout 30m ./...

lint: ## read all code: format, vet, linters, directions, secrets
	infra/tools/lint.sh

verify: lint ## also read the template, build it, and use the pages in a browser
	infra/tools/verify.sh

build: ## build what is deployed, as SAM packs it
	go run ./infra/plan compile
	GOFLAGS="$(GOFLAGS) -tags=lambda.norpc" $(SAM) build

bench: ## measure round trips, capacity units, memory, mails a second, people analyzed, cold starts
	go run ./infra/bench

plan: ## print every mail that the experiments will cause, and when
	go run ./infra/plan compile && go run ./infra/plan

set: ## change a briefing's date, room or cancellation: make set ARGS="shiojiri-2020 b1.start='2020-11-07 19:30'"
	@go run ./infra/plan compile && exec go run ./infra/staff set $(ARGS)

deploy: build ## deploy to the AWS account of the current credentials, with questions
	$(SAM) deploy --guided --capabilities CAPABILITY_IAM

clean: ## remove what was built and fetched
	rm -rf .aws-sam .cache
