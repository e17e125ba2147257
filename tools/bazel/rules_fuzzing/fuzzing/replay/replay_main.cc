// A main() for a fuzz target under any compiler: runs it over files.
//
//   request_parser_fuzz_bin FILE_OR_DIRECTORY...
//
// Directories are searched for files, in all depths and in the order of their
// names. Each file is announced before it is run, so that the last line before an
// abort names the culprit. Exit status 1 if there was no file, or one that cannot
// be read.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

// A target may want to see the arguments before the first input. Weak: most do not.
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);

namespace {

namespace fs = std::filesystem;

[[noreturn]] void Fail(const std::string& what, const fs::path& path) {
  std::fprintf(stderr, "replay: %s: %s\n", path.c_str(), what.c_str());
  std::exit(1);
}

std::vector<fs::path> FilesUnder(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<fs::path> files;
  fs::recursive_directory_iterator entry(path, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error)) files.push_back(entry->path());
  }
  if (error) Fail(error.message(), path);
  std::sort(files.begin(), files.end());
  return files;
}

void Run(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) Fail("cannot be opened", file);
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) Fail("cannot be read", file);
  // Without spare capacity, so that AddressSanitizer sees a read behind the input.
  const std::vector<char> bytes(content.begin(), content.end());

  std::fprintf(stderr, "replay: %s\n", file.c_str());
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&argc, &argv);

  size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const fs::path& file : FilesUnder(argv[i])) {
      Run(file);
      ++count;
    }
  }
  if (count == 0) {
    std::fprintf(stderr, "replay: no inputs: usage: %s FILE_OR_DIRECTORY...\n", argv[0]);
    return 1;
  }
  std::printf("replay: %zu inputs, no failure\n", count);
  return 0;
}
