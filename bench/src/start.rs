//! From start to first answer, against nginx; resident memory at rest.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;

use crate::service::{Running, binary, resident_mebibytes};
use crate::wire::Connection;
use crate::{Outcome, median, say};

const LIMIT: Duration = Duration::from_secs(20);
/// At rest: no request for so long.
const REST: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub(crate) struct StartArguments {
    /// Rounds; each starts both.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
}

pub(crate) async fn run(arguments: StartArguments) -> Outcome {
    let directory = tempfile::tempdir()?;
    let directory = directory.path();
    // The first start makes keys, certificates and databases; it is not measured.
    start_dev(directory).await?;
    let (mut ours, mut nginx, mut memory) = (Vec::new(), Vec::new(), 0.0);
    for round in 0..arguments.rounds {
        nginx.push(start_nginx(directory).await?);
        let (time, process) = start_dev(directory).await?;
        ours.push(time);
        if round + 1 == arguments.rounds {
            tokio::time::sleep(REST).await;
            memory = resident_mebibytes(process.pid())?;
        }
    }
    let (ours, nginx) = (median(ours), median(nginx));
    say(&format!("nginx, start to first answer          {nginx:7.1} ms"));
    say(&format!("patcycle dev, start to first answer   {ours:7.1} ms   {:.2} of nginx", ours / nginx));
    say(&format!("patcycle dev, resident at rest        {memory:7.1} MiB"));
    Ok(())
}

async fn start_dev(directory: &Path) -> Outcome<(f64, Running)> {
    let (http, https) = (free_port()?, free_port()?);
    let data = directory.join("twin");
    let data = data.to_str().ok_or("a path is not UTF-8")?;
    let (http_address, https_address) = (format!("127.0.0.1:{http}"), format!("127.0.0.1:{https}"));
    let start = Instant::now();
    let arguments = ["dev", "--data-dir", data, "--http", &http_address, "--https", &https_address];
    let process = Running::start(&binary()?, &arguments, &directory.join("twin.log"))?;
    let time = first_answer(http, start).await?;
    Ok((time, process))
}

async fn start_nginx(directory: &Path) -> Outcome<f64> {
    let port = free_port()?;
    let here = directory.display();
    let config = directory.join("nginx.conf");
    fs::write(
        &config,
        format!(
            "daemon off; worker_processes 1; pid {here}/nginx.pid; error_log {here}/nginx.log;
             events {{}} http {{ access_log off;
             client_body_temp_path {here}/a; proxy_temp_path {here}/b; fastcgi_temp_path {here}/c;
             uwsgi_temp_path {here}/d; scgi_temp_path {here}/e;
             server {{ listen 127.0.0.1:{port}; location / {{ return 204; }} }} }}"
        ),
    )?;
    let program = ["/usr/sbin/nginx", "/usr/bin/nginx"].map(Path::new).into_iter().find(|path| path.exists());
    let program = program.ok_or("nginx is not installed (Debian: apt-get install nginx-light)")?;
    let start = Instant::now();
    let config = config.to_str().ok_or("a path is not UTF-8")?;
    let process = Running::start(program, &["-c", config], &directory.join("nginx.out"))?;
    let time = first_answer(port, start).await?;
    // The worker ends with its master only when it is asked to.
    let _ = std::process::Command::new("kill").args(["-TERM", &process.pid().to_string()]).status();
    tokio::time::sleep(Duration::from_millis(50)).await;
    Ok(time)
}

/// Milliseconds from `start` to the first answered request.
async fn first_answer(port: u16, start: Instant) -> Outcome<f64> {
    let request = format!("GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    while start.elapsed() < LIMIT {
        if let Ok(mut connection) = Connection::open(&format!("127.0.0.1:{port}")).await {
            let (status, _) = connection.send(request.as_bytes()).await?;
            if status == 200 || status == 204 {
                return Ok(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    Err("it did not answer".into())
}

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
